package io.eventbus.testkit.broker;

import java.nio.file.Path;

/** A server that somebody else runs: it can be used, and nothing can be done to it. */
public final class ExternalBroker implements RunningBroker {

    private final String setting;

    /** One given by that setting, which the refusals name. */
    public ExternalBroker(String setting) {
        this.setting = setting;
    }

    @Override
    public void start() {
        throw refused("start");
    }

    @Override
    public void kill() {
        throw refused("kill");
    }

    @Override
    public void stop() {
        throw refused("stop");
    }

    @Override
    public void pause() {
        throw refused("pause");
    }

    @Override
    public void unpause() {
        throw refused("unpause");
    }

    @Override
    public void reload(String file, String text) {
        throw refused("configure");
    }

    @Override
    public boolean isAlive() {
        return true;
    }

    @Override
    public boolean isAliveAfter(long millis) {
        return false; // nobody here started it, so nothing is worth waiting for
    }

    @Override
    public long pid() {
        throw refused("tell the process id of");
    }

    @Override
    public Path dataDir() {
        throw refused("tell the data directory of");
    }

    @Override
    public String log() {
        return "";
    }

    @Override
    public void close() {
        // not ours to end
    }

    private UnsupportedOperationException refused(String verb) {
        return new UnsupportedOperationException("Cannot " + verb + " the external server given by '" + setting
                + "'. Unset it, so that the fixture starts a server of its own.");
    }
}
