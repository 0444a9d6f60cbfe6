package dev.ringway.samples;

import dev.ringway.AsyncFile;
import dev.ringway.AsyncSink;
import dev.ringway.Buf;
import dev.ringway.FileWatcher;
import dev.ringway.FileWatcher.Interest;
import dev.ringway.Metadata;
import dev.ringway.Ring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;

/// `tail [-f] [-n <lines>] <file>`: prints the last lines of a file, 10 if nobody says how many, and with `-f` goes on
/// with what is written to it, until it is interrupted. The ring turns on a thread of its own; this one waits.
///
/// It follows the name. A file that gets the name is printed from its beginning, and so is one that has been truncated.
/// The file that had the name before is followed too, until a third one has it: its writer may notice late. What comes
/// and goes between two looks is not seen: a file that loses the name at once, one that has outgrown its old length.
public final class Tail {
    static final int CHUNK = 1 << 16;

    private final Ring ring;
    private final Path path;
    private final FileWatcher watcher;
    private final Buf buf;
    private final AsyncSink out;
    private final Deque<Followed> files = new ArrayDeque<>(); // the last one has the name
    private volatile boolean replaced;
    private volatile Throwable end;

    private Tail(Ring ring, Path path, FileWatcher watcher, Buf buf, AsyncSink out) {
        this.ring = ring;
        this.path = path;
        this.watcher = watcher;
        this.buf = buf;
        this.out = out;
    }

    public static void main(String... args) throws IOException {
        Options options = Options.of("tail", args);
        try (Ring ring = Ring.start("tail"); Buf buf = ring.buffer(CHUNK); AsyncSink out = ring.streams().stdout()) {
            if (options.follow) {
                try (FileWatcher watcher = ring.files().prepareWatcher().join()) {
                    new Tail(ring, options.path, watcher, buf, out).follow(options.lines);
                }
            } else {
                try (AsyncFile file = ring.files().prepareOpen(options.path).join()) {
                    print(file, lastLines(file, options.lines, buf), buf, out);
                }
            }
        }
    }

    /// Where the last lines of a file begin.
    static long lastLines(AsyncFile file, int lines, Buf buf) throws IOException {
        long size = file.prepareMetadata().join().size().orElseThrow();
        int left = lines;
        for (long end = size - 1; end > 0 && left > 0; end -= CHUNK) { // the last byte ends no other line
            int length = (int) Math.min(end, CHUNK);
            file.prepareReadN(buf.clear(), length).from(end - length).join();
            for (int i = length - 1; i >= 0; i--) {
                if (buf.peek(i) == '\n' && --left == 0) {
                    return end - length + i + 1;
                }
            }
        }
        return left == 0 ? size : 0;
    }

    /// @return how far it has come: the end of the file
    private static long print(AsyncFile file, long from, Buf buf, AsyncSink out) throws IOException {
        long at = from;
        while (file.prepareRead(buf.clear()).from(at).join() >= 0) {
            at += out.prepareWriteAll(buf).join();
        }
        return at;
    }

    /// What changes after a watch has begun is told, so watches begin before the first look. Several changes can be one
    /// look: what there is to see is seen once.
    private void follow(int lines) throws IOException {
        watcher.prepareWatchDirectory(path.resolveSibling(""), Interest.CREATE, Interest.MOVE).join();
        Followed first = open();
        first.at = lastLines(first.file, lines, buf);
        files.add(first);
        Semaphore changes = new Semaphore(1);
        watcher.eventEach(event -> {
            if (event.path().equals(path) || event.isOverflow()) {
                if (!event.modified()) {
                    replaced = true;
                }
                changes.release();
            }
        }, (nothing, failure) -> {
            end = failure;
            changes.release();
        });
        while (end == null) {
            changes.acquireUninterruptibly();
            changes.drainPermits();
            look();
        }
        throw new IOException(path + " can be followed no further: " + end.getMessage(), end);
    }

    private void look() throws IOException {
        if (replaced) {
            replaced = false;
            takeUp();
        }
        for (Followed file : files) { // the older one first: its last bytes are there
            file.print();
        }
        while (files.size() > 2) {
            files.removeFirst().close();
        }
    }

    private void takeUp() throws IOException {
        try {
            Followed now = open();
            if (now.isSameAs(files.getLast())) { // but the watch of before may be of another one
                Followed before = files.removeLast();
                now.at = before.at;
                before.close();
            } else {
                System.err.println("tail: " + path + " has been replaced");
            }
            files.add(now);
        } catch (NoSuchFileException gone) {
            // it is told when there is one again
        }
    }

    /// If the name goes to another file between the two, that is told, and this is called again.
    private Followed open() throws IOException {
        FileWatcher.Watch watch = watcher.prepareWatchFile(path, Interest.MODIFY, Interest.METADATA).join();
        try {
            AsyncFile file = ring.files().prepareOpen(path).join();
            return new Followed(watch, file, file.prepareMetadata().join());
        } catch (IOException failure) {
            watcher.prepareUnwatch(watch).join();
            throw failure;
        }
    }

    /// A file that has the name, or had it, and how much of it has been printed. While it is open no other file can
    /// get its inode.
    private final class Followed {
        private final FileWatcher.Watch watch;
        private final AsyncFile file;
        private final Metadata metadata;
        private long at;

        Followed(FileWatcher.Watch watch, AsyncFile file, Metadata metadata) {
            this.watch = watch;
            this.file = file;
            this.metadata = metadata;
        }

        boolean isSameAs(Followed other) {
            return metadata.inode().equals(other.metadata.inode()) && metadata.device() == other.metadata.device();
        }

        void print() throws IOException {
            if (file.prepareMetadata().join().size().orElseThrow() < at) {
                System.err.println("tail: " + path + " has been truncated");
                at = 0;
            }
            at = Tail.print(file, at, buf, out);
        }

        void close() throws IOException {
            watcher.prepareUnwatch(watch).join();
            file.close();
        }
    }

    /// What the arguments say.
    record Options(Path path, boolean follow, int lines) {
        static Options of(String name, String... args) throws IOException {
            boolean follow = false;
            int lines = 10;
            int next = 0;
            for (; next < args.length - 1; next++) {
                switch (args[next]) {
                    case "-f" -> follow = true;
                    case "-n" -> lines = Integer.parseInt(args[++next]);
                    default -> next = args.length;
                }
            }
            if (next != args.length - 1 || args[next].startsWith("-") || lines < 0) {
                throw new IllegalArgumentException("usage: " + name + " [-f] [-n <lines>] <file>");
            }
            Path path = Path.of(args[next]).toAbsolutePath();
            return new Options(Files.exists(path) ? path.toRealPath() : path, follow, lines); // a watch follows no link
        }
    }
}
