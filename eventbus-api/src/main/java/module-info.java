/** The ports of the event bus: what an application calls, and what an adapter implements. */
module io.eventbus.api {
    requires static transitive org.jspecify;

    exports io.eventbus.api;
    exports io.eventbus.api.config;
    exports io.eventbus.api.outbox;
    exports io.eventbus.api.spi;
}
