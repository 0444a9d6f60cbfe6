package dev.ringway.internal.op.fs;

import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.NativePath;
import dev.ringway.internal.ffi.generated.Linux;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What read(2) of inotify(7) has given.
final class InotifyRead {
    private InotifyRead() {}

    /// @param to gets them
    /// @return false if the bytes make no sense
    static boolean parse(long address, int length, Consumer<KernelEvents.Raw> to) {
        for (int at = 0; at < length;) {
            long event = address + at;
            int left = length - at - Linux.INOTIFY_EVENT_BYTES();
            int nameBytes = left < 0 ? -1 : Memory.getInt(event + Linux.INOTIFY_EVENT_LEN());
            if (nameBytes < 0 || nameBytes > left) {
                return false;
            }
            to.accept(new KernelEvents.Raw(
                    Memory.getInt(event + Linux.INOTIFY_EVENT_WD()),
                    Memory.getInt(event + Linux.INOTIFY_EVENT_MASK()),
                    Memory.getInt(event + Linux.INOTIFY_EVENT_COOKIE()),
                    name(event + Linux.INOTIFY_EVENT_NAME(), nameBytes)));
            at += Linux.INOTIFY_EVENT_BYTES() + nameBytes;
        }
        return true;
    }

    private static @Nullable Path name(long address, int room) {
        int length = 0;
        while (length < room && Memory.getByte(address + length) != 0) {
            length++;
        }
        if (length == 0) {
            return null;
        }
        byte[] bytes = new byte[length];
        Memory.copy(address, bytes, 0, length);
        return NativePath.path(bytes);
    }
}
