package dev.ringway.internal.op.fs;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One look at what is in a directory, with fds for what needs them: asked for on the polling thread, made elsewhere.
final class Listing {
    final Vnode node;
    /// The fds of what had none, by name.
    final Map<Path, Integer> opened = new HashMap<>();
    /// By name; null if the directory was not there any more, or is not for us to read.
    @Nullable Map<Path, Entry> entries;
    /// Why not all that needs an fd has one: 0 or -errno.
    int failure;

    private final Path path;
    private final boolean wantsDirectories;
    private final boolean wantsFiles;
    private final Map<Path, Object> haveFds = new HashMap<>();

    Listing(Vnode node) {
        this.node = node;
        this.path = node.path();
        this.wantsDirectories = node.wants(true);
        this.wantsFiles = node.wants(false);
        node.children.forEach((name, child) -> haveFds.put(name, ((Vnode) child).key));
    }

    int depth() {
        return path.getNameCount();
    }

    void make(Sys sys) {
        VnodeFile self = VnodeFile.look(path);
        if (self == null || !self.entry().key().equals(node.key)) {
            return; // it has another path by now, which the directory above tells
        }
        Map<Path, Entry> found = new LinkedHashMap<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(path)) {
            for (Path each : stream) {
                VnodeFile file = VnodeFile.look(each, self.hasBirths());
                if (file != null) {
                    found.put(each.getFileName(), file.entry());
                    openIfWanted(sys, each, file);
                }
            }
            entries = failure == 0 ? found : null;
        } catch (IOException | DirectoryIteratorException gone) {
            entries = null;
        }
    }

    private void openIfWanted(Sys sys, Path each, VnodeFile file) {
        Path name = each.getFileName();
        boolean wanted = file.entry().isDirectory() ? wantsDirectories : wantsFiles && file.isRegular();
        if (failure == 0 && wanted && !file.entry().key().equals(haveFds.get(name))) {
            int fd = VnodeFile.open(sys, each);
            if (fd >= 0) {
                opened.put(name, fd);
            } else if (fd == -Errno.EMFILE || fd == -Errno.ENFILE || fd == -Errno.ENOMEM) {
                failure = fd; // of others it is told that they are there, and no more
            }
        }
    }

    /// Gives up what nobody has taken.
    void close(Sys sys) {
        opened.values().forEach(sys::close);
        opened.clear();
    }
}
