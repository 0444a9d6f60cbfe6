package dev.ringway.samples;

import dev.ringway.AsyncFile;
import dev.ringway.AsyncSink;
import dev.ringway.AsyncSource;
import dev.ringway.Buf;
import dev.ringway.IntOperation;
import dev.ringway.Ring;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/// `cat [<file>...]`: prints files, or its input where none is given or one is `-`. The ring turns on a thread of its
/// own; this one waits for each operation.
public final class Cat {
    private static final int CHUNK = 1 << 16;

    public static void main(String... args) throws IOException {
        try (Ring ring = Ring.start("cat"); Buf buf = ring.buffer(CHUNK); AsyncSink out = ring.streams().stdout()) {
            for (String name : args.length == 0 ? List.of("-") : List.of(args)) {
                if (name.equals("-")) {
                    try (AsyncSource in = ring.streams().stdin()) {
                        print(in::prepareRead, buf, out);
                    }
                } else {
                    try (AsyncFile file = ring.files().prepareOpen(Path.of(name)).join()) {
                        print(file::prepareRead, buf, out);
                    }
                }
            }
        }
    }

    private static void print(Function<Buf, IntOperation> read, Buf buf, AsyncSink out) throws IOException {
        while (read.apply(buf.clear()).join() >= 0) {
            out.prepareWriteAll(buf).join();
        }
    }

    private Cat() {}
}
