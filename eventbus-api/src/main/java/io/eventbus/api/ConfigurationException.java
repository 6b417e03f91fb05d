package io.eventbus.api;

import java.util.List;

/** Settings that are unknown, malformed, missing or contradict each other; all that were found, in one report. Terminal. */
public final class ConfigurationException extends EventBusException {

    private final List<String> problems;

    /**
     * An error that reports all problems at once.
     *
     * @param problems at least one; each names the setting and what to do, without secrets
     */
    public ConfigurationException(List<String> problems) {
        super(describe(problems), null, false);
        this.problems = List.copyOf(problems);
    }

    /** An error that reports one problem. */
    public ConfigurationException(String problem) {
        this(List.of(problem));
    }

    /** The problems, each naming a setting. */
    public List<String> problems() {
        return problems;
    }

    private static String describe(List<String> problems) {
        if (problems.size() == 1) {
            return problems.get(0);
        }
        StringBuilder text = new StringBuilder(problems.size() + " settings are wrong:");
        for (String problem : problems) {
            text.append("\n  - ").append(problem);
        }
        return text.toString();
    }
}
