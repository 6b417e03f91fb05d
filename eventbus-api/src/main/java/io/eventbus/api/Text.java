package io.eventbus.api;

/** A place for showing foreign text in messages without letting it break a log line. */
final class Text {

    private Text() {}

    /** The text with control characters replaced and cut to {@code max} characters. */
    static String printable(String text, int max) {
        StringBuilder out = new StringBuilder(Math.min(text.length(), max) + 3);
        for (int i = 0; i < text.length() && i < max; i++) {
            char c = text.charAt(i);
            out.append(Character.isISOControl(c) ? '?' : c);
        }
        return text.length() > max ? out.append("...").toString() : out.toString();
    }
}
