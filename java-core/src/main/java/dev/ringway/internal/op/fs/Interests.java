package dev.ringway.internal.op.fs;

import dev.ringway.FileWatcher.Interest;
import java.nio.file.Path;

/// What to be told of, as the kernel is told it.
final class Interests {
    /// What only the kernel of Linux tells.
    private static final int OF_LINUX = Change.ACCESS | Change.OPEN | Change.CLOSE_WRITE | Change.CLOSE_NOWRITE;

    private Interests() {}

    /// Where a queue tells of changes, and of nothing else.
    ///
    /// @throws IllegalArgumentException      if there is none
    /// @throws UnsupportedOperationException if one of them, other than [Interest#ALL], is not told
    static int maskOfChanges(Path path, Interest... interests) {
        for (Interest interest : interests) {
            if (interest != Interest.ALL && (bits(interest) & OF_LINUX) != 0) {
                throw new UnsupportedOperationException("watch of " + path + ": kqueue does not tell " + interest
                        + "; leave it out, and take MODIFY or METADATA, or a backend of Linux");
            }
        }
        return mask(interests) & ~OF_LINUX;
    }

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
