package dev.ringway.storm;

import dev.ringway.AsyncSocket;
import dev.ringway.Ring;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Sockaddr;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// A connected pair of stream sockets: the ring has one, the peer's thread the other.
///
/// What is sent is a pattern that tells its place in the stream. A duplicate of the ring's descriptor is kept, so that
/// bytes which are still in the socket can be counted after the ring has closed its own.
final class StreamPair {
    private static final int MOST = 16;

    private final Sys sys = Probe.SYS;
    private final MemorySegment memory = Arena.ofAuto().allocate(Sockaddr.BYTES + 64, 8);
    private final int salt;
    private final int far;
    private final int duplicate;
    final AsyncSocket near;

    /// The peer's thread.
    private long sent;

    private StreamPair(Ring ring, int near, int far, int family, int salt) {
        this.salt = salt;
        this.far = far;
        this.duplicate = Probe.duplicate(near);
        this.near = Probe.socket(ring, near, family, "pair " + salt);
    }

    /// Polling thread.
    static StreamPair unix(Ring ring, int salt) {
        Sys sys = Probe.SYS;
        MemorySegment fds = Arena.ofAuto().allocate(8, 8);
        int type = Linux.SOCK_STREAM() | Linux.SOCK_CLOEXEC();
        Probe.value(sys.socketpair(Linux.AF_UNIX(), type, 0, fds.address()), "socketpair");
        int near = Memory.getInt(fds.address());
        int far = Memory.getInt(fds.address() + Integer.BYTES);
        return new StreamPair(ring, near, far, Linux.AF_UNIX(), salt);
    }

    /// Polling thread.
    static StreamPair tcp(Ring ring, int salt) throws java.io.IOException {
        Sys sys = Probe.SYS;
        MemorySegment memory = Arena.ofAuto().allocate(Sockaddr.BYTES + 8, 8);
        long address = memory.address();
        long lengthAddress = address + Sockaddr.BYTES;
        int type = Linux.SOCK_STREAM() | Linux.SOCK_CLOEXEC();
        int listener = Probe.value(sys.socket(Linux.AF_INET(), type, 0), "socket");
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        int length = Sockaddr.encode(any, Linux.AF_INET(), address, "bind");
        Probe.value(sys.bind(listener, address, length), "bind");
        Probe.value(sys.listen(listener, 1), "listen");
        Memory.putInt(lengthAddress, Sockaddr.BYTES);
        Probe.value(sys.getsockname(listener, address, lengthAddress), "getsockname");
        int far = Probe.value(sys.socket(Linux.AF_INET(), type, 0), "socket");
        Probe.value(sys.connect(far, address, length), "connect");
        int near = Probe.value(sys.accept4(listener, 0, 0, Linux.SOCK_CLOEXEC()), "accept4");
        sys.close(listener);
        return new StreamPair(ring, near, far, Linux.AF_INET(), salt);
    }

    /// The byte at a place in the stream.
    byte pattern(long place) {
        return (byte) (place ^ place >>> 8 ^ salt);
    }

    /// Peer's thread: sends some bytes, as far as they go.
    void send(int count) {
        sendSome(count);
    }

    /// Peer's thread: sends some bytes, as far as they go.
    ///
    /// @return how many
    int sendSome(int count) {
        for (int i = 0; i < count; i++) {
            Memory.putByte(memory.address() + i, pattern(sent + i));
        }
        int res = sys.send(far, memory.address(), Math.min(count, MOST), Linux.MSG_DONTWAIT() | Linux.MSG_NOSIGNAL());
        if (res <= 0) {
            return 0;
        }
        sent += res;
        return res;
    }

    /// Peer's thread: nothing more will be sent; the ring has to close its own end.
    void finish() {
        sys.shutdown(far, Linux.SHUT_WR());
        sys.close(far);
        sys.close(duplicate);
    }

    /// Peer's thread, after the ring has closed its socket: counts what is still in there, closes everything.
    ///
    /// @param received what the ring has given out, all of it compared with the pattern
    /// @param lossy    whether the close may have dropped bytes that the ring had taken from the socket already
    /// @return how many were dropped by that
    long settle(Storm storm, long received, boolean lossy) {
        sys.shutdown(far, Linux.SHUT_WR());
        long left = 0;
        byte[] rest = new byte[64];
        java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
        while (true) {
            int res = sys.recv(duplicate, memory.address(), rest.length, 0);
            if (res <= 0) {
                if (res < 0) {
                    storm.wrong("recv of the rest: " + res);
                }
                break;
            }
            Memory.copy(memory.address(), rest, 0, res);
            all.write(rest, 0, res);
            left += res;
        }
        sys.close(duplicate);
        sys.close(far);
        byte[] leftOver = all.toByteArray();
        for (int i = 0; i < leftOver.length; i++) {
            if (leftOver[i] != pattern(sent - left + i)) {
                storm.wrong("pair " + salt + ": wrong byte at " + (sent - left + i) + " of the rest");
                break;
            }
        }
        long lost = sent - received - left;
        if (lost < 0 || lost > 0 && !lossy) {
            storm.wrong("pair " + salt + ": " + sent + " bytes sent, " + received + " received, " + left
                    + " still in the socket");
        }
        return lost;
    }
}
