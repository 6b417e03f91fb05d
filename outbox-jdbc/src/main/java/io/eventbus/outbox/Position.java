package io.eventbus.outbox;

/**
 * How far a shard is done: everything up to a number, but for some. Immutable by convention: whoever is given one does not change its gaps.
 *
 * @param through the number
 * @param open the numbers at or below it that are not done, or were not there yet
 */
record Position(long through, Gaps open) {

    /** Whether the event with this number is done. */
    boolean covers(long id) {
        return id <= through && !open.contains(id);
    }

    /** Everything up to this number is done. */
    long doneThrough() {
        return Math.min(through, open.lowest(Long.MAX_VALUE) - 1);
    }

    /** As it is stored: the number, then a colon and the open ones if there are any. */
    String text() {
        return open.isEmpty() ? Long.toString(through) : through + ":" + open;
    }

    /** What {@link #text} wrote; the empty text is before the first event. */
    static Position parse(String text) {
        if (text.isEmpty()) {
            return new Position(0, new Gaps());
        }
        int colon = text.indexOf(':');
        Gaps open = new Gaps();
        try {
            if (colon >= 0) {
                for (String range : text.substring(colon + 1).split(",", -1)) {
                    int dash = range.indexOf('-');
                    long first = Long.parseLong(dash < 0 ? range : range.substring(0, dash));
                    open.add(first, dash < 0 ? first : Long.parseLong(range.substring(dash + 1)), Gaps.UNMARKED);
                }
            }
            return new Position(Long.parseLong(colon < 0 ? text : text.substring(0, colon)), open);
        } catch (NumberFormatException e) {
            throw new MalformedRowException(
                    "the position of a shard is not of the form that the outbox writes: " + text);
        }
    }
}
