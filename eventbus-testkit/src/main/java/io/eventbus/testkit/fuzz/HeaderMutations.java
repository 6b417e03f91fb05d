package io.eventbus.testkit.fuzz;

import io.eventbus.testkit.fuzz.FuzzInput.Header;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What can go wrong with headers: missing, repeated, renamed, contradictory, far too many, far too long, or of characters that are none. */
final class HeaderMutations {

    private static final String[] TEXTS = {
        "",
        " ",
        "\u0000",
        "\r\n",
        "\ud800",
        "\udc00",
        "\ud83d\ude00",
        "\u00fc",
        "\u017f",
        "\u212a",
        "\u0130",
        "%",
        "%4",
        "%GG",
        "%c3%28",
        "%ed%a0%80",
        "%00",
        ",",
        ",,",
        ":",
        "\"",
        "{}"
    };
    private static final int[] LENGTHS = {127, 128, 129, 512, 513, 16_384, 16_385, 70_000};

    private final Random random;
    private final List<String> dictionary;

    HeaderMutations(Random random, List<String> dictionary) {
        this.random = random;
        this.dictionary = dictionary;
    }

    /** The headers with one thing wrong; {@code other} are those of another input. */
    List<Header> mutate(List<Header> headers, List<Header> other) {
        List<Header> out = new ArrayList<>(headers);
        int at = random.nextInt(out.size() + 1);
        Header here = at < out.size() ? out.get(at) : new Header(word(), word());
        switch (random.nextInt(11)) {
            case 0 -> out.remove(here);
            case 1 -> out.add(at, here);
            case 2 -> out.add(random.nextInt(out.size() + 1), new Header(here.name(), word()));
            case 3 -> out.add(at, new Header(word(), here.value()));
            case 4 -> out.add(at, new Header(word(), word()));
            case 5 -> replace(out, at, new Header(changed(here.name()), here.value()));
            case 6 -> replace(out, at, new Header(otherCase(here.name()), here.value()));
            case 7 -> out.addAll(at, other);
            case 8 -> flood(out, here);
            default -> replace(out, at, new Header(here.name(), changed(here.value())));
        }
        return out;
    }

    private void flood(List<Header> headers, Header here) {
        if (random.nextInt(20) > 0) {
            headers.add(here);
            return;
        }
        int length = 1 + here.name().length() + here.value().length();
        int count = Math.min(1 << random.nextInt(14), ByteMutations.MAX_BYTES / length);
        boolean distinct = random.nextBoolean();
        for (int i = 0; i < count; i++) {
            headers.add(distinct ? new Header(here.name() + i, "") : here);
        }
    }

    private String changed(String text) {
        int at = random.nextInt(text.length() + 1);
        return switch (random.nextInt(9)) {
            case 0 -> text.substring(0, at);
            case 1 -> text.substring(at);
            case 2 -> text.substring(0, at) + TEXTS[random.nextInt(TEXTS.length)] + text.substring(at);
            case 3 -> text.substring(0, at) + (char) random.nextInt(0x10000) + text.substring(at);
            case 4 -> ByteMutations.NUMBERS[random.nextInt(ByteMutations.NUMBERS.length)];
            case 5 -> text + "," + word();
            case 6 -> word();
            case 7 -> prolonged(text);
            default -> text + text.substring(at);
        };
    }

    private String prolonged(String text) {
        String unit = text.isEmpty() ? "x" : text;
        int length = LENGTHS[random.nextInt(random.nextInt(10) == 0 ? LENGTHS.length : 5)];
        return unit.repeat(length / unit.length() + 1).substring(0, length);
    }

    private String otherCase(String name) {
        StringBuilder out = new StringBuilder(name);
        for (int i = 0; i < out.length(); i++) {
            char c = out.charAt(i);
            out.setCharAt(i, random.nextBoolean() ? Character.toUpperCase(c) : Character.toLowerCase(c));
        }
        return out.toString();
    }

    private String word() {
        boolean known = random.nextInt(4) > 0 && !dictionary.isEmpty();
        return known ? dictionary.get(random.nextInt(dictionary.size())) : TEXTS[random.nextInt(TEXTS.length)];
    }

    private static void replace(List<Header> headers, int at, Header header) {
        if (at < headers.size()) {
            headers.set(at, header);
        } else {
            headers.add(header);
        }
    }
}
