package dev.ringway.samples;

import dev.ringway.FileWatcher;
import dev.ringway.FileWatcher.Interest;
import dev.ringway.Ring;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// `watch [-r] <path>...`: prints what happens to files and directories, with `-r` to everything below them too, until
/// it is interrupted. The ring turns on a thread of its own, which prints.
public final class Watch {
    private static final Interest[] INTERESTS = {
        Interest.CREATE, Interest.DELETE, Interest.MOVE, Interest.MODIFY, Interest.METADATA, Interest.DELETE_SELF,
        Interest.MOVE_SELF
    };

    public static void main(String... args) throws IOException {
        boolean recursive = args.length > 0 && args[0].equals("-r");
        List<String> paths = Arrays.asList(args).subList(recursive ? 1 : 0, args.length);
        if (paths.isEmpty()) {
            throw new IllegalArgumentException("usage: watch [-r] <path>...");
        }
        try (Ring ring = Ring.start("watch"); FileWatcher watcher = ring.files().prepareWatcher().join()) {
            for (String path : paths) {
                FileWatcher.Start watch = watcher.prepareWatch(Path.of(path), INTERESTS);
                (recursive ? watch.recursive() : watch).join();
            }
            System.out.println("watching " + paths);
            CompletableFuture<Void> end = new CompletableFuture<>();
            watcher.eventEach(System.out::println, (nothing, failure) -> end.completeExceptionally(failure));
            end.join();
        }
    }

    private Watch() {}
}
