package io.eventbus.examples.outbox.owntable;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The page about stores lists the broken ones that the build checks, and no others. */
class StoreGalleryPageTest {

    private static final Path PAGE = Path.of("..", "docs", "outbox-store.md");

    @Test
    void pageListsTheLinesOfTheGallery() throws Exception {
        List<String> expected = StoreLine.ALL.stream()
                .map(line -> "| " + line.mutant() + " | " + line.behaviour() + " | " + line.reason() + " |")
                .toList();
        List<String> page = Files.readAllLines(PAGE);
        int start = page.indexOf("| mutant | fails | saying |");
        List<String> listed = page.stream()
                .skip(start + 2L)
                .takeWhile(row -> row.startsWith("|"))
                .toList();
        assertThat(listed).as("rows of " + PAGE).isEqualTo(expected);
    }
}
