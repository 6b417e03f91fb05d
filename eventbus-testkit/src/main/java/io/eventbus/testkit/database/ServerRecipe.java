package io.eventbus.testkit.database;

import io.eventbus.testkit.broker.RunningBroker;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** How one product is run: what its settings are called, how its programs are fetched and started, what its image wants. */
interface ServerRecipe {

    /** The product as messages name it. */
    String name();

    /** What the names of its settings begin with, for instance {@code databases.postgres}. */
    String settings();

    SqlClient client();

    /** The version that is run unless a setting asks for another. */
    String defaultVersion();

    /** Whether its programs can be had from Maven Central. */
    boolean hasPrograms();

    /** A server in a new directory, formatted and not started yet. */
    RunningBroker process(String version, int port, String password) throws IOException, InterruptedException;

    /** Where and as whom one reaches a server of this recipe. */
    JdbcAddress address(int port, String password);

    /** The image that is run unless a setting asks for another. */
    String image(String version);

    Map<String, String> containerEnvironment(String password);

    List<String> containerCommand(int port);
}
