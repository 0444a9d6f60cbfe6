package dev.ringway.samples;

import dev.ringway.AsyncFile;
import dev.ringway.Buf;
import dev.ringway.Ring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// `cp <source> <target>`: copies a file, with two operations that start each other until the file has ended.
public final class Cp {
    private static final int CHUNK = 1 << 18;

    private final Buf buf;
    private final AsyncFile.Read read;
    private final AsyncFile.Write write;
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    private Cp(AsyncFile from, AsyncFile to, Buf buf) {
        this.buf = buf;
        this.read = from.prepareRead(buf);
        this.write = to.prepareWriteAll(buf);
    }

    public static void main(String... args) throws IOException {
        if (args.length != 2) {
            throw new IllegalArgumentException("usage: cp <source> <target>");
        }
        Path source = Path.of(args[0]);
        Path target = target(source, Path.of(args[1]));
        try (Ring ring = Ring.start("cp");
                Buf buf = ring.buffer(CHUNK);
                AsyncFile from = ring.files().prepareOpen(source).join();
                AsyncFile to = ring.files()
                        .prepareOpen(target, StandardOpenOption.WRITE, StandardOpenOption.CREATE,
                                StandardOpenOption.TRUNCATE_EXISTING)
                        .permissions(Files.getPosixFilePermissions(source))
                        .join()) {
            Cp copy = new Cp(from, to, buf);
            copy.read.start(copy::haveRead);
            copy.end.join();
        } catch (CompletionException failed) {
            throw new IOException(failed.getCause().getMessage(), failed.getCause());
        }
    }

    private void haveRead(int count, Throwable failure) {
        if (failure != null) {
            end.completeExceptionally(failure);
        } else if (count < 0) {
            end.complete(null);
        } else {
            write.reset(buf).start(this::haveWritten);
        }
    }

    private void haveWritten(int count, Throwable failure) {
        if (failure != null) {
            end.completeExceptionally(failure);
        } else {
            read.reset(buf.clear()).start(this::haveRead);
        }
    }

    /// The file to write, which must not be the one to read: opening it empties it.
    static Path target(Path source, Path given) throws IOException {
        Path target = Files.isDirectory(given) ? given.resolve(source.getFileName()) : given;
        if (Files.isDirectory(source)) {
            throw new IOException(source + " is a directory");
        }
        if (Files.exists(target) && Files.isSameFile(source, target)) {
            throw new IOException(source + " and " + target + " are the same file");
        }
        return target;
    }
}
