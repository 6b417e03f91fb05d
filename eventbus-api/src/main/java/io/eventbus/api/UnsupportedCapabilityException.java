package io.eventbus.api;

/** A guarantee or feature that was asked for and that the broker does not have. Terminal; nothing was started. */
public final class UnsupportedCapabilityException extends EventBusException {

    private final Capability capability;

    /**
     * An error of this kind.
     *
     * @param capability what is missing
     * @param adapter the adapter's name
     * @param setting the setting or call that asks for it
     * @param wayOut what to do instead
     */
    public UnsupportedCapabilityException(Capability capability, String adapter, String setting, String wayOut) {
        super(
                capability + " is not supported by the adapter '" + adapter + "' but " + setting + " asks for it; "
                        + wayOut,
                null,
                false);
        this.capability = capability;
    }

    /** What is missing. */
    public Capability capability() {
        return capability;
    }
}
