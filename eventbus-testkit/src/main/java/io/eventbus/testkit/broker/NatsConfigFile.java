package io.eventbus.testkit.broker;

/** The configuration file of one server: what is fixed for its life, and what a test adds to it. */
record NatsConfigFile(String host, int port, String storeDir) {

    static final String NAME = "eventbus-nats.conf";

    /** The limit on the store only bounds what streams may reserve, so it is set beyond what any test adds up to. */
    String text(String extra) {
        return """
                host: "%s"
                port: %d
                jetstream {
                  store_dir: "%s"
                  max_file_store: 100TB
                }
                %s
                """.formatted(host, port, storeDir, extra);
    }
}
