package io.eventbus.testkit.contract;

import io.eventbus.testkit.contract.ContractRun.Result;
import java.lang.reflect.Method;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * A frame around each test of the contract: gives it its scenario, replaces it by the refusal where the adapter lacks the capability,
 * makes the ledger check at the end, and writes the line of the report.
 */
final class ContractExtension implements InvocationInterceptor {

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        Behaviour behaviour = method.getExecutable().getAnnotation(Behaviour.class);
        if (behaviour == null || !(method.getTarget().orElse(null) instanceof ContractSection section)) {
            invocation.proceed();
            return;
        }
        long start = System.nanoTime();
        Result result = Result.FAILED;
        Scenario scenario = new Scenario(section.run().broker(), behaviour.value());
        try (scenario) {
            section.begin(scenario);
            result = perform(invocation, method.getExecutable(), scenario);
            scenario.settle();
        } catch (Throwable failure) { // the outcome is rethrown as it came, with what is needed to repeat it
            result = Result.FAILED;
            failure.addSuppressed(new ScenarioNote(scenario.describe()));
            throw failure;
        } finally {
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            section.run()
                    .record(new Report.Entry(
                            behaviour.value(), method.getExecutable().getName(), result, millis, scenario));
        }
    }

    private static Result perform(Invocation<Void> invocation, Method test, Scenario scenario) throws Throwable {
        RequiresCapability required = test.getAnnotation(RequiresCapability.class);
        if (required != null && !scenario.has(required.value())) {
            invocation.skip();
            new Refusal(scenario).check(required.value());
            return Result.REFUSED;
        }
        try {
            invocation.proceed();
            return Result.PASSED;
        } catch (BindingCannot refused) {
            return Result.REFUSED;
        }
    }

    /** A carrier of the scenario's description in a stack trace. */
    private static final class ScenarioNote extends RuntimeException {
        ScenarioNote(String description) {
            super(description, null, false, false);
        }
    }
}
