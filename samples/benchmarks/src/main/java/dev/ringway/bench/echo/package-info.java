/// TCP echo: what an echoed message costs each server, and how late it is.
@NullMarked
package dev.ringway.bench.echo;

import org.jspecify.annotations.NullMarked;
