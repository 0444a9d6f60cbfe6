package dev.ringway.internal.op.fs;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// One name by which two listings differ.
sealed interface Difference {
    /// Where a name is, whatever the path there.
    record Place(Vnode directory, Path name) {
        Path path() {
            return directory.path().resolve(name);
        }
    }

    /// A name that is not there any more.
    final class Gone implements Difference {
        final Place place;
        /// As it was when it went.
        final Path path;
        final Entry entry;
        final @Nullable Vnode node;
        /// How many scans it has waited for.
        int scans;

        Gone(Place place, Entry entry) {
            this.place = place;
            this.path = place.path();
            this.entry = entry;
            this.node = place.directory().children.get(place.name()) instanceof Vnode child ? child : null;
        }

        /// Whether it has this name now. An fd keeps the inode from being given to another file.
        boolean isNow(Entry other) {
            return node != null ? entry.key().equals(other.key()) : entry.isSame(other);
        }
    }

    /// A name that was not there.
    final class Come implements Difference {
        final Place place;
        final Entry entry;
        final @Nullable Integer fd;
        /// The directory that the file was seen in before, if any.
        final @Nullable Vnode seenIn;
        /// Whether that one has been asked to be listed.
        boolean asked;

        Come(Place place, Entry entry, @Nullable Integer fd, @Nullable Vnode seenIn) {
            this.place = place;
            this.entry = entry;
            this.fd = fd;
            this.seenIn = seenIn;
        }
    }
}
