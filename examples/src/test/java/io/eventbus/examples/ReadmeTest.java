package io.eventbus.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the README and the page on repositories show as Java stands, but for white space, in a source that the build compiles. */
class ReadmeTest {

    private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    @Test
    void everyJavaBlockIsCompiled() throws IOException {
        assertThat(blocksOf("README.md", "examples")).isGreaterThanOrEqualTo(4);
    }

    @Test
    void everyJavaBlockOnTheOutboxInARepositoryIsCompiled() throws IOException {
        assertThat(blocksOf("docs/outbox-in-your-repository.md", "outbox-examples"))
                .isGreaterThanOrEqualTo(9);
    }

    /** Asserts that each Java block of a page stands in a source of the module; their number. */
    private static int blocksOf(String page, String module) throws IOException {
        List<String> sources;
        try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main/java"))) {
            sources = files.filter(f -> f.toString().endsWith(".java"))
                    .map(ReadmeTest::dense)
                    .toList();
        }
        Matcher blocks = JAVA.matcher(Files.readString(Path.of("..").resolve(page)));
        int count = 0;
        while (blocks.find()) {
            count++;
            String block = dense(blocks.group(1));
            assertThat(sources).as("block %d of %s", count, page).anyMatch(source -> source.contains(block));
        }
        return count;
    }

    private static String dense(Path file) {
        try {
            return dense(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String dense(String text) {
        return text.replaceAll("\\s+", "");
    }
}
