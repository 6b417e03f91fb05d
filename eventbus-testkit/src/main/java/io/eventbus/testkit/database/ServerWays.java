package io.eventbus.testkit.database;

import io.eventbus.testkit.broker.BrokerSettings;
import io.eventbus.testkit.broker.BrokersWith;
import io.eventbus.testkit.broker.DockerWay;
import io.eventbus.testkit.broker.ExternalBroker;
import io.eventbus.testkit.broker.FreePorts;
import io.eventbus.testkit.broker.Readiness.StartFailedException;
import io.eventbus.testkit.broker.RunningBroker;
import io.eventbus.testkit.broker.WaysTried;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The ways to a database server, in the order they are tried. */
final class ServerWays {

    private static final int STARTS = 4;

    /** A server, not started yet, that will listen on that port and ask for that password. */
    private interface Launch {
        RunningBroker at(int port, String password) throws IOException, InterruptedException;
    }

    private final ServerRecipe recipe;
    private final boolean containersOnly = BrokersWith.containersOnly();
    private final WaysTried tried;

    private ServerWays(ServerRecipe recipe) {
        this.recipe = recipe;
        this.tried = new WaysTried(
                recipe.name() + " server", containersOnly ? BrokersWith.advice(setting("image")) : advice(recipe));
    }

    static Database start(ServerRecipe recipe) {
        try {
            return new ServerWays(recipe).firstThatWorks();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while starting a " + recipe.name() + " server", e);
        }
    }

    /** The version the settings ask for. */
    static String version(ServerRecipe recipe) {
        return BrokerSettings.find(recipe.settings() + ".version").orElse(recipe.defaultVersion());
    }

    private Database firstThatWorks() throws InterruptedException {
        try {
            recipe.client().requireDriver();
        } catch (IOException e) {
            tried.failed("any way", e);
            throw tried.exhausted();
        }
        String urlSetting = setting("url");
        Optional<String> url = BrokerSettings.find(urlSetting);
        if (url.isPresent() && containersOnly) {
            tried.failed("settings", BrokersWith.contradicts(urlSetting));
            throw tried.exhausted();
        }
        if (url.isPresent()) {
            return external(url.get());
        }
        tried.failed("running server", BrokerSettings.describe(urlSetting) + " not set");
        Database database = ofMaven();
        if (database == null) {
            database = inDocker();
        }
        if (database == null) {
            throw tried.exhausted();
        }
        return database;
    }

    private Database external(String url) {
        JdbcAddress given = new JdbcAddress(
                url,
                BrokerSettings.find(setting("user")).orElse(""),
                BrokerSettings.find(setting("password")).orElse(""));
        try {
            String version = recipe.client().version(given);
            RunningBroker process = new ExternalBroker(setting("url"));
            return Database.of(new SqlServer(recipe.client(), process, given, true), given, version);
        } catch (IOException e) {
            tried.failed("running server " + given.masked(), e);
            throw tried.exhausted();
        }
    }

    private @Nullable Database ofMaven() throws InterruptedException {
        String version = version(recipe);
        String way = recipe.name() + " " + version + " from the Maven repository";
        if (!recipe.hasPrograms()) {
            tried.failed(recipe.name() + " from the Maven repository", "there are no programs of it");
        } else if (containersOnly) {
            tried.failed(way, "passed over, since only a container will do");
        } else if (BrokerSettings.find(setting("image")).isPresent()) {
            tried.failed(way, "passed over, since " + setting("image") + " was given");
        } else {
            try {
                return started((port, password) -> recipe.process(version, port, password));
            } catch (IOException e) {
                tried.failed(way, e);
            }
        }
        return null;
    }

    private @Nullable Database inDocker() throws InterruptedException {
        String image = BrokerSettings.find(setting("image")).orElse(recipe.image(version(recipe)));
        try {
            return started((port, password) -> DockerWay.container(
                    image, port, recipe.containerEnvironment(password), recipe.containerCommand(port)));
        } catch (IOException | RuntimeException e) {
            tried.failed("Docker image " + image, e);
            return null;
        }
    }

    private Database started(Launch launch) throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            int port = FreePorts.next();
            String password = UUID.randomUUID().toString();
            RunningBroker process = launch.at(port, password);
            boolean ready = false;
            try {
                process.start();
                JdbcAddress address = recipe.address(port, password);
                SqlServer server = new SqlServer(recipe.client(), process, address, false);
                Database database = Database.of(server, address, server.awaitReady());
                ready = true;
                return database;
            } catch (StartFailedException e) {
                if (!e.isPortTaken() || attempt == STARTS) {
                    throw e;
                }
            } finally {
                if (!ready) {
                    process.close();
                }
            }
        }
    }

    private String setting(String name) {
        return recipe.settings() + "." + name;
    }

    private static String advice(ServerRecipe recipe) {
        return (recipe.hasPrograms()
                        ? "put mvn on the PATH with access to its repository, or name"
                        : "start a Docker engine (with org.testcontainers:testcontainers on the class path), or name")
                + " a running server with " + BrokerSettings.describe(recipe.settings() + ".url")
                + " (and .user, .password); to leave " + recipe.name()
                + " out on purpose, list the databases that must run with -D" + Databases.PROPERTY + "=…";
    }
}
