package io.eventbus.api;

/** A guarantee or feature that was asked for and that the broker does not have. Terminal; nothing was started. */
public final class UnsupportedCapabilityException extends EventBusException {

    private final Capability capability;
    private final String adapter;
    private final String setting;
    private final String wayOut;

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
        this.adapter = adapter;
        this.setting = setting;
        this.wayOut = wayOut;
    }

    /** What is missing. */
    public Capability capability() {
        return capability;
    }

    /** A code for programs and alerts, with which the message begins; it does not change between versions. */
    public String code() {
        return capability.name();
    }

    /** The adapter's name. */
    public String adapter() {
        return adapter;
    }

    /** The setting or call that asks for it. */
    public String setting() {
        return setting;
    }

    /** What to do instead. */
    public String wayOut() {
        return wayOut;
    }
}
