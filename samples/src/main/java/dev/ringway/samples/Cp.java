package dev.ringway.samples;

import dev.ringway.AsyncFile;
import dev.ringway.Buf;
import dev.ringway.Metadata;
import dev.ringway.Ring;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// `cp [-r] <source> <target>`: copies a file, with `-r` a directory and all below it, with a progress bar if standard
/// error is a terminal. Several virtual threads copy one file after the other, each with a buffer of its own.
public final class Cp {
    static final int WORKERS = 16;
    static final int CHUNK = 1 << 18;

    private final Ring ring;
    private final CopyTree tree;
    private final Progress progress;

    private Cp(Ring ring, CopyTree tree, Progress progress) {
        this.ring = ring;
        this.tree = tree;
        this.progress = progress;
    }

    public static void main(String... args) throws IOException {
        CopyTree tree = CopyTree.of("cp", args);
        try (Ring ring = Ring.start("cp");
                Progress progress = new Progress("cp", tree.bytes());
                ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            Cp cp = new Cp(ring, tree, progress);
            int count = Math.min(WORKERS, tree.files.size());
            for (int i = 0; i < count; i++) {
                workers.execute(cp::work);
            }
        } // when all have ended
        tree.finish("cp");
    }

    private void work() {
        try (Buf buf = ring.buffer(CHUNK)) {
            for (CopyTree.Copy next = tree.files.poll(); next != null; next = tree.files.poll()) {
                try {
                    copy(next, buf);
                } catch (IOException | InvalidPathException failure) {
                    tree.failed(next.source(), failure);
                }
            }
        }
    }

    private void copy(CopyTree.Copy file, Buf buf) throws IOException {
        try (AsyncFile from = ring.files().prepareOpen(file.source()).join(); AsyncFile to = create(file, from)) {
            AsyncFile.Read read = from.prepareRead(buf);
            AsyncFile.Write write = to.prepareWriteAll(buf);
            while (read.reset(buf.clear()).join() >= 0) {
                progress.add(write.reset(buf).join());
            }
        }
    }

    private AsyncFile create(CopyTree.Copy file, AsyncFile from) throws IOException {
        Metadata metadata = from.prepareMetadata().only(Metadata.Field.PERMISSIONS).join();
        return ring.files()
                .prepareOpen(file.target(), StandardOpenOption.WRITE, StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING)
                .permissions(metadata.permissions().orElseThrow())
                .join();
    }
}
