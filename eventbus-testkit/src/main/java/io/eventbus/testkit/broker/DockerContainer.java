package io.eventbus.testkit.broker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.Transferable;

/**
 * A broker in a container with fixed published ports, so that it comes back where it was.
 *
 * <p>Concurrency: every method is safe from any thread; the engine serialises what is done to a container.
 */
final class DockerContainer implements RunningBroker {

    private static final int END_SECONDS = 30;
    private static final int LOG_CHARS = 64 * 1024;

    private final GenericContainer<?> container;

    DockerContainer(GenericContainer<?> container) {
        this.container = container;
    }

    @Override
    public void start() {
        if (container.getContainerId() == null) {
            container.start();
        } else {
            client().startContainerCmd(container.getContainerId()).exec();
        }
    }

    @Override
    public void kill() {
        if (isAlive()) {
            client().killContainerCmd(container.getContainerId()).exec();
            awaitEnd();
        }
    }

    @Override
    public void stop() {
        if (isAlive()) {
            if (Boolean.TRUE.equals(state().getPaused())) {
                unpause();
            }
            client().stopContainerCmd(container.getContainerId())
                    .withTimeout(END_SECONDS)
                    .exec();
            awaitEnd();
        }
    }

    @Override
    public void pause() {
        client().pauseContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void unpause() {
        client().unpauseContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void reload(String file, String text) {
        container.copyFileToContainer(Transferable.of(text, 0644), "/" + file);
        client().killContainerCmd(container.getContainerId())
                .withSignal("SIGHUP")
                .exec();
    }

    @Override
    public boolean isAlive() {
        return container.getContainerId() != null && Boolean.TRUE.equals(state().getRunning());
    }

    @Override
    public boolean isAliveAfter(long millis) {
        try {
            new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for a container", e);
        }
        return isAlive();
    }

    @Override
    public long pid() {
        Long pid = state().getPidLong();
        return pid == null ? 0 : pid;
    }

    @Override
    public Path dataDir() {
        throw new UnsupportedOperationException(
                "The data of a broker in a container are not in a directory of this machine");
    }

    @Override
    public String log() {
        String all = container.getContainerId() == null ? "" : container.getLogs();
        return all.substring(Math.max(0, all.length() - LOG_CHARS));
    }

    @Override
    public void close() {
        container.stop();
    }

    private ContainerState state() {
        return client().inspectContainerCmd(container.getContainerId()).exec().getState();
    }

    private void awaitEnd() {
        client().waitContainerCmd(container.getContainerId())
                .exec(new WaitContainerResultCallback())
                .awaitStatusCode(END_SECONDS, TimeUnit.SECONDS);
    }

    private DockerClient client() {
        return container.getDockerClient();
    }
}
