package dev.ringway.samples;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;

/// Everything about `cp` that is not the content of files: makes the directories and symbolic links, and finds the
/// files that are to be copied, so that it is known how much there is. What fails is kept, and the rest goes on.
final class CopyTree extends SimpleFileVisitor<Path> {
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rwx------");

    /// To be taken by those who copy.
    final Queue<Copy> files = new LinkedBlockingQueue<>();
    private final Queue<String> failures = new LinkedBlockingQueue<>();
    private final Deque<Restricted> restricted = new ArrayDeque<>();
    private final Path source;
    private final Path target;
    private long bytes;

    /// A file, and where it is to go.
    record Copy(Path source, Path target) {}

    /// A directory that its owner may write only until everything is in it.
    private record Restricted(Path directory, Set<PosixFilePermission> permissions) {}

    private CopyTree(Path source, Path target) {
        this.source = source;
        this.target = target;
    }

    /// @param args `[-r] <source> <target>`
    static CopyTree of(String name, String... args) throws IOException {
        boolean recursive = args.length == 3 && args[0].equals("-r");
        if (!recursive && args.length != 2) {
            throw new IllegalArgumentException("usage: " + name + " [-r] <source> <target>");
        }
        Path source = Path.of(args[args.length - 2]);
        Path given = Path.of(args[args.length - 1]);
        CopyTree tree = new CopyTree(source,
                Files.isDirectory(given) ? given.resolve(source.toAbsolutePath().getFileName()) : given);
        if (recursive) {
            tree.checkOutside();
            Files.walkFileTree(source, tree);
        } else if (Files.isDirectory(source)) {
            throw new IOException(source + " is a directory; with -r it is copied");
        } else {
            tree.add(source, Files.exists(source) ? Files.size(source) : 0);
        }
        return tree;
    }

    private void checkOutside() throws IOException {
        Path real = Files.exists(target)
                ? target.toRealPath()
                : target.toAbsolutePath().resolveSibling("").toRealPath().resolve(target.getFileName());
        if (Files.isDirectory(source) && real.startsWith(source.toRealPath())) {
            throw new IOException(source + " cannot be copied into itself, " + target);
        }
    }

    /// How many there are in all files.
    long bytes() {
        return bytes;
    }

    void failed(Path path, Exception why) {
        failures.add(path + " is not copied: " + why);
    }

    /// Nothing is left to be copied.
    ///
    /// @throws IOException the last of the failures; those before it are printed
    void finish(String name) throws IOException {
        for (Restricted each : restricted) { // what is in a directory comes before it
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(each.directory);
            permissions.retainAll(each.permissions);
            Files.setPosixFilePermissions(each.directory, permissions);
        }
        while (failures.size() > 1) {
            System.err.println(name + ": " + failures.poll());
        }
        if (!failures.isEmpty()) {
            throw new IOException(failures.poll());
        }
    }

    private Path target(Path path) {
        return target.resolve(source.relativize(path));
    }

    /// Opening a file to write it empties it, so it must not be the one to read.
    private void add(Path file, long size) throws IOException {
        Path to = target(file);
        if (Files.exists(to) && Files.isSameFile(file, to)) {
            throw new IOException(file + " and " + to + " are the same file");
        }
        files.add(new Copy(file, to));
        bytes += size;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
        try {
            make(directory, target(directory));
            return FileVisitResult.CONTINUE;
        } catch (IOException failure) {
            failed(directory, failure);
            return FileVisitResult.SKIP_SUBTREE;
        }
    }

    private void make(Path directory, Path copy) throws IOException {
        if (!Files.isDirectory(copy)) {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(directory);
            Set<PosixFilePermission> wider = EnumSet.copyOf(OWNER);
            wider.addAll(permissions);
            Files.createDirectory(copy, PosixFilePermissions.asFileAttribute(wider));
            if (!permissions.equals(wider)) {
                restricted.addFirst(new Restricted(copy, permissions));
            }
        }
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        try {
            if (attributes.isSymbolicLink()) {
                Files.createSymbolicLink(target(file), Files.readSymbolicLink(file));
            } else if (attributes.isRegularFile()) {
                add(file, attributes.size());
            } else {
                throw new IOException("it is neither a file, a directory nor a symbolic link");
            }
        } catch (IOException failure) {
            failed(file, failure);
        }
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) {
        failed(file, failure);
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, IOException failure) {
        if (failure != null) {
            failed(directory, failure);
        }
        return FileVisitResult.CONTINUE;
    }
}
