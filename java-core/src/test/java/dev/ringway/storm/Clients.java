package dev.ringway.storm;

import dev.ringway.AsyncSocket;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Sockaddr;
import dev.ringway.internal.ffi.generated.Linux;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// The clients of one listener. Who was accepted and delivered is greeted with a byte; who was accepted and thrown
/// away, or was in the backlog when the listener closed, sees the end of the connection without it.
///
/// On the peer's thread, but for [#greet].
final class Clients {
    private static final int MOST = 16;
    private static final long LOOK_AGAIN_NANOS = 1_000_000;
    private static final long PATIENCE_NANOS = 5_000_000_000L;

    private final Storm storm;
    private final SocketAddress address;
    private final MemorySegment memory = Arena.ofAuto().allocate(Sockaddr.BYTES + 8, 8);
    private final MemorySegment greeting = Arena.ofAuto().allocate(8, 8);
    private final int family;
    private final int length;
    private final List<Integer> open = new ArrayList<>();
    private long connected;
    private long seen;
    /// Polling thread, until the listener is closed; then read by the peer's.
    private volatile long greeted;

    Clients(Storm storm, SocketAddress address) {
        this.storm = storm;
        this.address = address;
        family = Sockaddr.family(address, "connect");
        length = Sockaddr.encode(address, family, memory.address(), "connect");
        Memory.putByte(greeting.address(), (byte) '!');
    }

    /// Polling thread: a socket that was delivered.
    @SuppressWarnings("NonAtomicVolatileUpdate") // written by one thread
    void greet(AsyncSocket socket) {
        int fd = Probe.handle(socket).fd;
        int res = Probe.SYS.send(fd, greeting.address(), 1, Linux.MSG_DONTWAIT() | Linux.MSG_NOSIGNAL());
        if (res != 1) {
            storm.wrong("a greeting on " + socket + ": " + res);
        }
        greeted++;
    }

    void connect() {
        look();
        if (open.size() >= MOST) {
            return; // the backlog is long enough
        }
        int fd = Probe.value(Probe.SYS.socket(family, Linux.SOCK_STREAM() | Linux.SOCK_CLOEXEC(), 0), "socket");
        int res = Probe.SYS.connect(fd, memory.address(), length);
        if (res == 0) {
            connected++;
            open.add(fd);
        } else {
            Probe.SYS.close(fd);
            if (res != -Errno.ECONNREFUSED && res != -Errno.ECONNRESET) {
                storm.wrong("connect to " + address + ": " + Errno.name(-res));
            }
        }
    }

    /// The listener is closed: nobody may answer.
    void mustRefuse() {
        int fd = Probe.value(Probe.SYS.socket(family, Linux.SOCK_STREAM() | Linux.SOCK_CLOEXEC(), 0), "socket");
        int res = Probe.SYS.connect(fd, memory.address(), length);
        Probe.SYS.close(fd);
        if (res != -Errno.ECONNREFUSED) {
            storm.wrong("connect to the closed " + address + ": " + (res < 0 ? Errno.name(-res) : "connected"));
        }
    }

    /// Sees what has become of clients; true if it is known of all.
    private boolean look() {
        open.removeIf(fd -> {
            int res = Probe.SYS.recv(fd, memory.address() + Sockaddr.BYTES, 1, Linux.MSG_DONTWAIT());
            if (res == -Errno.EAGAIN) {
                return false;
            }
            if (res == 1) {
                seen++;
            } else if (res != 0 && res != -Errno.ECONNRESET && res != -Errno.EPIPE) {
                storm.wrong("a client of " + address + ": " + Errno.name(-res));
            }
            Probe.SYS.close(fd);
            return true;
        });
        return open.isEmpty();
    }

    /// After the listener's close. A TCP connection whose handshake ends in that moment is dropped by the kernel
    /// without a word to the client, who hears of it when it sends something.
    ///
    /// @param drained whether nobody was in its backlog then
    /// @return connections that were accepted and delivered to nobody, if that can be known
    long settle(boolean drained) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!look()) {
            if (deadline - System.nanoTime() < 0) {
                storm.wrong(open.size() + " clients of " + address + " wait for ever: their sockets are not closed");
                open.forEach(Probe.SYS::close);
                break;
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            open.forEach(fd -> Probe.SYS.send(
                    fd, greeting.address(), 1, Linux.MSG_DONTWAIT() | Linux.MSG_NOSIGNAL()));
        }
        if (seen != greeted) {
            storm.wrong("clients of " + address + ": " + greeted + " greeted, " + seen + " have seen it");
        }
        return drained ? connected - seen : 0;
    }
}
