package dev.ringway.internal.ffi;

import dev.ringway.internal.ffi.generated.Linux;

/**
 * Linux with the GNU C library: every number is its own translation.
 *
 * <p>Here {@link BsdSys} and libkqueue can be run and tested. It can be told to do without what macOS lacks, so that
 * the ways round that are run too.
 */
final class GnuDialect extends Dialect {

    private final boolean asMacos;

    /** @param asMacos whether fds are born without flags, and files are not advised, allocated, or without a name */
    GnuDialect(boolean asMacos) {
        this.asMacos = asMacos;
    }

    @Override
    int errno(int theirs) {
        return theirs;
    }

    @Override
    int openFlags(int linux) {
        return asMacos && (linux & OpenFlags.O_TMPFILE) == OpenFlags.O_TMPFILE ? NONE : linux;
    }

    @Override
    int linuxOpenFlags(int theirs) {
        return theirs;
    }

    @Override
    int messageFlags(int linux) {
        return linux;
    }

    @Override
    int linuxMessageFlags(int theirs) {
        return theirs;
    }

    @Override
    int mapFlags(int linux) {
        return linux;
    }

    @Override
    int advice(int linux) {
        return asMacos && linux > Linux.MADV_FREE() ? NONE : linux;
    }

    @Override
    int pollEvents(int linux) {
        return linux;
    }

    @Override
    int linuxPollEvents(int theirs) {
        return theirs;
    }

    @Override
    int family(int linux) {
        return linux;
    }

    @Override
    int linuxFamily(int theirs) {
        return theirs;
    }

    @Override
    int level(int linux) {
        return linux;
    }

    @Override
    int option(int linuxLevel, int linux) {
        return linux;
    }

    @Override
    int workingDirectory() {
        return Linux.AT_FDCWD();
    }

    @Override
    int duplicateCloseOnExec() {
        return Linux.F_DUPFD_CLOEXEC();
    }

    @Override
    boolean addressesHaveLength() {
        return false;
    }

    @Override
    boolean makesFdsWithFlags() {
        return !asMacos;
    }

    @Override
    int socketCloseOnExec() {
        return Linux.SOCK_CLOEXEC();
    }

    @Override
    int socketNonBlocking() {
        return Linux.SOCK_NONBLOCK();
    }

    @Override
    int noSigPipe() {
        return NONE;
    }

    @Override
    Stat stat() {
        return Platform.architecture() == Platform.Architecture.AARCH64 ? Stat.GNU_AARCH64 : Stat.GNU_X86_64;
    }

    @Override
    int removeDirectory() {
        return Linux.AT_REMOVEDIR();
    }

    @Override
    int fullSync() {
        return NONE;
    }

    @Override
    boolean hasFileAdvice() {
        return !asMacos;
    }

    @Override
    String fstat() {
        return "fstat";
    }

    @Override
    int waitOptions(int linux) {
        return linux;
    }

    @Override
    int idType(int linux) {
        return linux;
    }

    @Override
    int signal(int linux) {
        return linux;
    }

    @Override
    int linuxSignal(int theirs) {
        return theirs;
    }

    @Override
    int siginfoPid() {
        return Linux.SIGINFO_PID();
    }

    @Override
    int exitNotes() {
        return Kevent.NOTE_EXIT;
    }

    @Override
    Kevent kevent() {
        return Kevent.LIBKQUEUE;
    }
}
