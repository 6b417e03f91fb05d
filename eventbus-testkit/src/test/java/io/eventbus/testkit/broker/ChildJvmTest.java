package io.eventbus.testkit.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class ChildJvmTest {

    private static final int SIGTERM_STATUS = 143;

    private final List<String> lines = new CopyOnWriteArrayList<>();

    @Test
    void talksAndEndsInOrderWhenAsked() {
        try (ChildJvm child = ChildJvm.start(Echo.class.getName(), List.of("world"), lines::add)) {
            child.tell("this");
            await().atMost(Duration.ofSeconds(30)).until(() -> lines.equals(List.of("hello world", "told this")));
            assertThat(child.terminate(Duration.ofSeconds(20))).isEqualTo(SIGTERM_STATUS);
            assertThat(lines).containsExactly("hello world", "told this", "goodbye");
            assertThat(child.isAlive()).isFalse();
        }
    }

    @Test
    void isKilledThoughItIsFrozen() {
        try (ChildJvm child = ChildJvm.start(Echo.class.getName(), List.of("world"), lines::add)) {
            await().atMost(Duration.ofSeconds(30)).until(() -> !lines.isEmpty());
            child.pause();
            child.tell("nothing");
            await().during(Duration.ofMillis(300)).until(() -> lines.size() == 1);
            child.unpause();
            await().atMost(Duration.ofSeconds(10)).until(() -> lines.contains("told nothing"));
            child.pause();
            child.kill();
            assertThat(lines).containsExactly("hello world", "told nothing");
        }
    }
}
