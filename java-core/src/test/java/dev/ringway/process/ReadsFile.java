package dev.ringway.process;

import dev.ringway.AsyncFile;
import dev.ringway.Backend;
import dev.ringway.Buf;
import dev.ringway.Ring;
import java.nio.file.Path;

/// What [StartUpTest] starts: `ReadsFile <backend> <file>` reads the beginning of a file, and prints how much it was.
final class ReadsFile {
    private ReadsFile() {}

    public static void main(String[] args) throws Exception {
        try (Ring ring = Ring.builder().backend(Backend.valueOf(args[0])).start("reads");
                Buf buf = ring.buffer(100);
                AsyncFile file = ring.files().prepareOpen(Path.of(args[1])).join()) {
            String[] words = {"read", Integer.toString(file.prepareRead(buf).join())};
            System.out.println(String.join(" ", words)); // this class's own "+" would load what the test looks for
        }
    }
}
