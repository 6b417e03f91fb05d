package io.eventbus.examples.demo;

import java.io.PrintStream;
import java.util.Locale;

/**
 * A line on standard error that shows how far a run is: one that redraws itself on a terminal, one per tenth elsewhere.
 *
 * <p>Concurrency: used by the thread of the run only.
 */
final class ProgressLine {

    private static final int WIDTH = 30;

    private final PrintStream out;
    private final boolean terminal;
    private final String label;
    private final int total;
    private int lastTenth = -1;

    ProgressLine(PrintStream out, boolean terminal, String label, int total) {
        this.out = out;
        this.terminal = terminal;
        this.label = label;
        this.total = total;
    }

    void show(int acknowledged, int handled) {
        int percent = (int) (100L * handled / total);
        if (terminal) {
            int filled = WIDTH * percent / 100;
            out.print(String.format(
                    Locale.ROOT,
                    "\r%-7s [%s%s] %3d %%  acknowledged %,d  handled %,d of %,d ",
                    label,
                    "#".repeat(filled),
                    "-".repeat(WIDTH - filled),
                    percent,
                    acknowledged,
                    handled,
                    total));
            out.flush();
        } else if (percent / 10 > lastTenth) {
            lastTenth = percent / 10;
            out.println(String.format(
                    Locale.ROOT,
                    "%s: %d %%, acknowledged %,d, handled %,d of %,d",
                    label,
                    percent,
                    acknowledged,
                    handled,
                    total));
        }
    }

    void end() {
        if (terminal) {
            out.println();
        }
    }
}
