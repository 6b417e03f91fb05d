package io.eventbus.testkit.contract;

import io.eventbus.testkit.contract.ContractRun.Result;
import java.lang.reflect.Method;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.opentest4j.TestAbortedException;

/**
 * A frame around each test of the contract: gives it its scenario, replaces it by the refusal where the adapter lacks the capability,
 * makes the ledger check at the end, and writes the line of the report. What breaks off as if it were not meant for this machine
 * fails: a test of the contract is never skipped.
 */
final class ContractExtension implements InvocationInterceptor {

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        Behaviour behaviour = method.getExecutable().getAnnotation(Behaviour.class);
        if (behaviour == null || !(method.getTarget().orElse(null) instanceof ContractSection section)) {
            unskipped(invocation);
            return;
        }
        long start = System.nanoTime();
        Verdict verdict = Verdict.FAILED;
        Scenario scenario = new Scenario(section.run().broker(), behaviour.value());
        try (scenario) {
            section.begin(scenario);
            verdict = perform(invocation, method.getExecutable(), scenario);
            scenario.settle();
        } catch (Throwable failure) { // the outcome is rethrown as it came, with what is needed to repeat it
            verdict = Verdict.FAILED;
            failure.addSuppressed(new ScenarioNote(scenario.describe()));
            throw failure;
        } finally {
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            section.run()
                    .record(new Report.Entry(
                            behaviour.value(),
                            method.getExecutable().getName(),
                            verdict.result(),
                            verdict.reason(),
                            millis,
                            scenario));
        }
    }

    private static Verdict perform(Invocation<Void> invocation, Method test, Scenario scenario) throws Throwable {
        RequiresCapability required = test.getAnnotation(RequiresCapability.class);
        if (required != null && !scenario.has(required.value())) {
            invocation.skip();
            new Refusal(scenario).check(required.value());
            return new Verdict(Result.REFUSED, "no " + required.value());
        }
        try {
            unskipped(invocation);
            return Verdict.PASSED;
        } catch (BindingCannot refused) {
            return new Verdict(Result.REFUSED, String.valueOf(refused.getMessage()));
        }
    }

    /** Also where the binding starts its broker, which is where an absent one shows. */
    @Override
    public void interceptBeforeAllMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        unskipped(invocation);
    }

    @Override
    public void interceptBeforeEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        unskipped(invocation);
    }

    private static void unskipped(Invocation<Void> invocation) throws Throwable {
        try {
            invocation.proceed();
        } catch (TestAbortedException e) {
            throw new AssertionError("A test of the contract is never skipped: " + e.getMessage(), e);
        }
    }

    /** How a test ended, and why it was refused if it was. */
    private record Verdict(Result result, String reason) {
        static final Verdict PASSED = new Verdict(Result.PASSED, "");
        static final Verdict FAILED = new Verdict(Result.FAILED, "");
    }

    /** A carrier of the scenario's description in a stack trace. */
    private static final class ScenarioNote extends RuntimeException {
        ScenarioNote(String description) {
            super(description, null, false, false);
        }
    }
}
