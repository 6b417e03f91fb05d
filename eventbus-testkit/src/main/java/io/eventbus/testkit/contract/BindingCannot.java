package io.eventbus.testkit.contract;

/** The signal that a behaviour needs something of the broker that its binding cannot do; it counts as refused. */
final class BindingCannot extends RuntimeException {

    BindingCannot(String broker, String what) {
        super(broker + " " + what);
    }
}
