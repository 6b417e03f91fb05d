package io.eventbus.architecture.guarantees;

/**
 * What one run of the contract kit found out about one behaviour.
 *
 * @param number the behaviour, for example C049
 * @param test the name of the test method
 * @param outcome passed, failed or refused
 * @param reason why it was refused; empty otherwise
 * @param adapter the adapter's name
 * @param version the broker's version
 */
record Result(String number, String test, String outcome, String reason, String adapter, String version) {

    /** What stands in the page's cell. */
    String cell() {
        return outcome.equals("refused") ? "refused: " + reason : outcome;
    }
}
