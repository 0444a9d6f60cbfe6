package dev.ringway.internal.op.fs;

import dev.ringway.FileWatcher.Interest;

/// What to be told of, as the kernel is told it.
final class Interests {
    private Interests() {}

    /// @throws IllegalArgumentException if there is none
    static int mask(Interest... interests) {
        if (interests.length == 0) {
            throw new IllegalArgumentException("watch: without an interest there is nothing to tell");
        }
        int mask = 0;
        for (Interest interest : interests) {
            mask |= bits(interest);
        }
        return mask;
    }

    private static int bits(Interest interest) {
        return switch (interest) {
            case ALL -> Change.ALL;
            case ACCESS -> Change.ACCESS;
            case MODIFY -> Change.MODIFY;
            case METADATA -> Change.METADATA;
            case CLOSE_WRITE -> Change.CLOSE_WRITE;
            case CLOSE_NOWRITE -> Change.CLOSE_NOWRITE;
            case CLOSE -> Change.CLOSE_WRITE | Change.CLOSE_NOWRITE;
            case OPEN -> Change.OPEN;
            case MOVE_FROM -> Change.MOVED_FROM;
            case MOVE_INTO -> Change.MOVED_TO;
            case MOVE -> Change.MOVED_FROM | Change.MOVED_TO;
            case CREATE -> Change.CREATE;
            case DELETE -> Change.DELETE;
            case DELETE_SELF -> Change.DELETE_SELF;
            case MOVE_SELF -> Change.MOVE_SELF;
        };
    }
}
