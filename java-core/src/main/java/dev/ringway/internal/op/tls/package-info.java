/// TLS over a socket: the operations, and the connection that they wait for.
@NullMarked
package dev.ringway.internal.op.tls;

import org.jspecify.annotations.NullMarked;
