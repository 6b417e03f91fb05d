package io.eventbus.core.pool;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A binary heap of works by due time, in which each work knows its place: adding and removing cost O(log n) and no object. Not safe for
 * use by several threads.
 */
final class AlarmHeap {

    private static final int SMALLEST = 16;

    private @Nullable Work[] heap = new @Nullable Work[SMALLEST];
    private int size;

    /** Adds the work, which must be in no heap. */
    void add(Work work, long dueAt) {
        if (work.place >= 0) {
            throw new IllegalStateException("the work is in a heap already");
        }
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        work.dueAt = dueAt;
        siftUp(size++, work);
    }

    /** Removes the work if it is here. */
    void remove(Work work) {
        int hole = work.place;
        if (hole < 0) {
            return;
        }
        work.place = -1;
        Work last = at(--size);
        heap[size] = null;
        if (last != work) {
            siftDown(hole, last);
            if (last.place == hole) {
                siftUp(hole, last);
            }
        }
        if (heap.length > SMALLEST && size < heap.length / 4) {
            heap = Arrays.copyOf(heap, heap.length / 2);
        }
    }

    /** The work that is due first, null if there is none. */
    @Nullable
    Work first() {
        return heap[0];
    }

    private void siftUp(int start, Work work) {
        int hole = start;
        while (hole > 0) {
            int parent = (hole - 1) >>> 1;
            Work above = at(parent);
            if (work.dueAt - above.dueAt >= 0) {
                break;
            }
            put(hole, above);
            hole = parent;
        }
        put(hole, work);
    }

    private void siftDown(int start, Work work) {
        int hole = start;
        int child = 2 * hole + 1;
        while (child < size) {
            if (child + 1 < size && at(child + 1).dueAt - at(child).dueAt < 0) {
                child++;
            }
            if (at(child).dueAt - work.dueAt >= 0) {
                break;
            }
            put(hole, at(child));
            hole = child;
            child = 2 * hole + 1;
        }
        put(hole, work);
    }

    private void put(int place, Work work) {
        heap[place] = work;
        work.place = place;
    }

    private Work at(int place) {
        Work work = heap[place];
        if (work == null) {
            throw new IllegalStateException("no work at place " + place + " of " + size);
        }
        return work;
    }
}
