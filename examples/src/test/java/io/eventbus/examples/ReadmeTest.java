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

/** What the README shows as Java stands, but for white space, in a source that the build compiles. */
class ReadmeTest {

    private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    @Test
    void everyJavaBlockIsCompiled() throws IOException {
        List<String> sources;
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            sources = files.filter(f -> f.toString().endsWith(".java"))
                    .map(ReadmeTest::dense)
                    .toList();
        }
        Matcher blocks = JAVA.matcher(Files.readString(Path.of("../README.md")));
        int count = 0;
        while (blocks.find()) {
            count++;
            String block = dense(blocks.group(1));
            assertThat(sources).as("block %d of the README", count).anyMatch(source -> source.contains(block));
        }
        assertThat(count).isGreaterThanOrEqualTo(4);
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
