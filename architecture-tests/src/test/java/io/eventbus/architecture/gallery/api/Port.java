package io.eventbus.architecture.gallery.api;

import io.eventbus.architecture.gallery.core.Engine;
import org.slf4j.Logger;

/** A port that knows its engine, and a framework. */
public interface Port {

    /** Points outwards. */
    Engine engine();

    /** Needs more than Java. */
    Logger logger();
}
