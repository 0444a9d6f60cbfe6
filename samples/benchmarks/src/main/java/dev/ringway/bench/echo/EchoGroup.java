package dev.ringway.bench.echo;

import dev.ringway.AsyncListener;
import dev.ringway.Ring;
import dev.ringway.RingGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/// TCP echo on a group of rings, each with a listener on the same port: what the kernel gives to one stays there. Takes
/// the number of rings and the port.
final class EchoGroup {
    private EchoGroup() {}

    public static void main(String[] arguments) throws IOException {
        RingGroup group = RingGroup.builder().size(Integer.parseInt(arguments[0])).start("echo");
        List<AsyncListener> listeners = group.listen(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[1])))
                .join();
        for (int i = 0; i < group.size(); i++) {
            Ring ring = group.ring(i);
            AsyncListener listener = listeners.get(i);
            ring.execute(() -> new EchoCallbacks(ring).serve(listener));
        }
        ServerProcess.printReady(
                listeners.getFirst().prepareLocalAddress().join(), group + ", " + group.ring(0).backend());
        ServerProcess.closeWhenInputEnds(group);
    }
}
