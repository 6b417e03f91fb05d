package io.eventbus.memory.gallery;

import io.eventbus.testkit.contract.AdapterContract;
import io.eventbus.testkit.contract.BrokerUnderTest;
import java.time.Duration;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** The contract on a mutant. Its name keeps it from being found by the build: only a {@link KitRun} runs it. */
@ExtendWith(GalleryContract.MutantOfTheRun.class)
class GalleryContract extends AdapterContract {

    static final String MUTANT = "gallery.mutant";
    static final String PATIENCE = "gallery.patience";

    private final GalleryBroker broker;

    GalleryContract(GalleryBroker broker) {
        this.broker = broker;
    }

    @Override
    protected BrokerUnderTest broker() {
        return broker;
    }

    /** Makes the broker that the run asks for. */
    static final class MutantOfTheRun implements ParameterResolver {

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext run) {
            return parameter.getParameter().getType() == GalleryBroker.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext run) {
            return new GalleryBroker(
                    Mutant.valueOf(run.getConfigurationParameter(MUTANT).orElseThrow()),
                    Duration.parse(run.getConfigurationParameter(PATIENCE).orElseThrow()));
        }
    }
}
