package io.eventbus.architecture.guarantees;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The page of guarantees: what people wrote, and between two markers the table of behaviours, which is made from the results of the
 * contract kit. A column is an adapter on a version of its broker.
 */
final class GuaranteesPage {

    private static final String BEGIN = "<!-- made from the test results: begin -->";
    private static final String END = "<!-- made from the test results: end -->";
    private static final String UNKNOWN = "not run";
    private static final Pattern ROW = Pattern.compile("\\| (C\\d{3}) \\| \\[.*?]\\(.*?#(\\w+)\\) \\|(.*)\\|");
    private static final Pattern NUMBER = Pattern.compile("\\bC\\d{3}\\b");

    private final String before;
    private final String after;
    private final List<String> columns;
    private final Map<String, List<String>> cells;

    private GuaranteesPage(String before, String after, List<String> columns, Map<String, List<String>> cells) {
        this.before = before;
        this.after = after;
        this.columns = columns;
        this.cells = cells;
    }

    static GuaranteesPage parse(String text) {
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalStateException("the page lacks its markers " + BEGIN + " and " + END);
        }
        List<String> columns = new ArrayList<>();
        Map<String, List<String>> cells = new LinkedHashMap<>();
        for (String line : text.substring(begin, end).lines().toList()) {
            Matcher row = ROW.matcher(line);
            if (line.startsWith("| number |") && columns.isEmpty()) {
                columns.addAll(split(line).subList(2, split(line).size()));
            } else if (row.matches()) {
                cells.put(key(row.group(1), row.group(2)), split("|" + row.group(3) + "|"));
            }
        }
        return new GuaranteesPage(
                text.substring(0, begin + BEGIN.length()), text.substring(end), List.copyOf(columns), cells);
    }

    /** The page with these results written into it; what they say nothing about stays as it is. */
    GuaranteesPage with(List<Result> results) {
        List<String> wider = new ArrayList<>(columns);
        results.stream()
                .map(GuaranteesPage::column)
                .distinct()
                .filter(c -> !wider.contains(c))
                .sorted()
                .forEach(wider::add);
        Map<String, List<String>> filled = new LinkedHashMap<>();
        cells.forEach((key, row) -> filled.put(key, padded(row, wider.size())));
        for (Result result : results) {
            filled.computeIfAbsent(key(result.number(), result.test()), none -> padded(List.of(), wider.size()))
                    .set(wider.indexOf(column(result)), result.cell());
        }
        return new GuaranteesPage(before, after, wider, filled);
    }

    /** What the page says of a test in the column of the result, or in the first one of its adapter if that version has none. */
    String says(Result result) {
        int index = columns.indexOf(column(result));
        for (int i = 0; index < 0 && i < columns.size(); i++) {
            index = columns.get(i).startsWith(result.adapter() + " ") ? i : index;
        }
        List<String> row = cells.get(key(result.number(), result.test()));
        return index < 0 || row == null ? UNKNOWN : row.get(index);
    }

    /** The tests that the page has a row for, as {@code Cnnn name}. */
    List<String> rows() {
        return List.copyOf(cells.keySet());
    }

    /** The behaviours that the written part names, each once. */
    List<String> named() {
        return NUMBER.matcher(before + after)
                .results()
                .map(match -> match.group())
                .distinct()
                .toList();
    }

    /** The whole text, with the rows of exactly these sections. */
    String render(List<Section> sections) {
        StringBuilder text = new StringBuilder(before).append('\n');
        for (Section section : sections) {
            text.append("\n### ").append(section.title()).append("\n\n| number | behaviour | ");
            text.append(String.join(" | ", columns)).append(" |\n|---|---|");
            text.append("---|".repeat(columns.size())).append('\n');
            for (Section.Row row : section.tests()) {
                List<String> outcomes = cells.getOrDefault(key(row.number(), row.test()), List.of());
                text.append("| ")
                        .append(row.number())
                        .append(" | [")
                        .append(row.text())
                        .append("](")
                        .append(row.link());
                text.append('#').append(row.test()).append(") | ");
                text.append(String.join(" | ", padded(outcomes, columns.size())))
                        .append(" |\n");
            }
        }
        return text.append('\n').append(after).toString();
    }

    static String key(String number, String test) {
        return number + " " + test;
    }

    private static String column(Result result) {
        return result.adapter() + " " + result.version();
    }

    private static List<String> padded(List<String> row, int size) {
        List<String> padded = new ArrayList<>(row);
        while (padded.size() < size) {
            padded.add(UNKNOWN);
        }
        return padded;
    }

    private static List<String> split(String line) {
        List<String> cells = new ArrayList<>();
        for (String cell : line.substring(1, line.lastIndexOf('|')).split("\\|", -1)) {
            cells.add(cell.strip());
        }
        return cells;
    }
}
