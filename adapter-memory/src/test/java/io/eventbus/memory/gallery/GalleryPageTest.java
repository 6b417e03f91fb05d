package io.eventbus.memory.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The page about the gallery lists the lines that the build checks, and no others. */
class GalleryPageTest {

    private static final Path PAGE = Path.of("..", "docs", "gallery.md");

    @Test
    void pageListsTheLinesOfTheGallery() throws Exception {
        List<String> expected = Line.ALL.stream()
                .map(line -> "| " + line.number() + " | " + line.mutant() + " | " + line.behaviour() + " | "
                        + line.reason() + " |")
                .toList();
        List<String> page = Files.readAllLines(PAGE);
        int start = page.indexOf("| line | mutant | fails | saying |");
        List<String> listed = page.stream()
                .skip(start + 2L)
                .takeWhile(row -> row.startsWith("|"))
                .toList();
        assertThat(listed).as("rows of " + PAGE).isEqualTo(expected);
    }
}
