package dev.ringway.internal.op.fs;

import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a name in a directory stands for.
///
/// @param key  device and inode, which may be given again to another file once this one is gone
/// @param born when it was created, which tells the two apart; null where the file system does not keep that
record Entry(Object key, @Nullable FileTime born, boolean isDirectory) {
    /// @param births whether the time of creation is one
    static Entry of(BasicFileAttributes attributes, boolean births) {
        return new Entry(Objects.requireNonNull(attributes.fileKey()),
                births ? attributes.creationTime() : null, attributes.isDirectory());
    }

    /// Whether it is the same file as before.
    boolean isSame(@Nullable Entry other) {
        return other != null && key.equals(other.key) && isDirectory == other.isDirectory
                && (born == null || other.born == null || born.equals(other.born));
    }
}
