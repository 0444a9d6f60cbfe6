package dev.ringway.samples;

import dev.ringway.AsyncFile;
import dev.ringway.Buf;
import dev.ringway.Ring;
import java.io.IOException;
import java.nio.file.Path;

/// `cat <file>...`: prints files. The ring turns on a thread of its own; this one waits for each operation.
public final class Cat {
    private static final int CHUNK = 1 << 16;

    public static void main(String... args) throws IOException {
        if (args.length == 0) {
            throw new IllegalArgumentException("usage: cat <file>...");
        }
        try (Ring ring = Ring.start("cat"); Buf buf = ring.buffer(CHUNK)) {
            for (String name : args) {
                try (AsyncFile file = ring.files().prepareOpen(Path.of(name)).join()) {
                    print(file, buf);
                }
            }
        }
    }

    private static void print(AsyncFile file, Buf buf) throws IOException {
        AsyncFile.Read read = file.prepareRead(buf);
        while (read.join() >= 0) {
            System.out.writeBytes(buf.getAll());
            if (System.out.checkError()) {
                throw new IOException("standard output is closed");
            }
            read.reset(buf.clear());
        }
    }

    private Cat() {}
}
