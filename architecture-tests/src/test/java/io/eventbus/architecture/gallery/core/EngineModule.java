package io.eventbus.architecture.gallery.core;

import com.google.inject.AbstractModule;
import java.io.File;

/** A module that does more than bind. */
public final class EngineModule extends AbstractModule {

    @Override
    protected void configure() {
        bind(File.class).toInstance(new File("/"));
        new Thread(() -> {}, "started while binding").start();
    }
}
