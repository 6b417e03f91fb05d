package io.eventbus.examples.outbox.owntable;

import io.eventbus.testkit.outbox.OutboxStoreContract;
import io.eventbus.testkit.outbox.StoreUnderTest;
import java.time.Duration;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** The contract on a mutant. Its name keeps it from being found by the build: only a {@link StoreKitRun} runs it. */
@ExtendWith(MutantContract.MutantOfTheRun.class)
class MutantContract extends OutboxStoreContract {

    static final String MUTANT = "gallery.mutant";

    private final StoreMutant mutant;

    MutantContract(StoreMutant mutant) {
        this.mutant = mutant;
    }

    @Override
    protected StoreUnderTest store() throws Exception {
        // On a mutant much is waited for in vain.
        return new MutantTable(mutant, Duration.ofSeconds(mutant == StoreMutant.SOUND ? 20 : 3));
    }

    /** Tells the contract which mutant the run asks for. */
    static final class MutantOfTheRun implements ParameterResolver {

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext run) {
            return parameter.getParameter().getType() == StoreMutant.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext run) {
            return StoreMutant.valueOf(run.getConfigurationParameter(MUTANT).orElseThrow());
        }
    }
}
