// Behind the shell that stays on a node: asks HAProxy without a program of its own, and lets only what is read pass.

import { READ, SOCKET } from './haproxy-stat.ts';

/** A line that only the filter reads: here belongs HAProxy's table. */
const HERE = 'haproxy:';

/**
 * Perl 5 and its Socket, as perl-base has them, without an apostrophe. Copies its input to its output; gives out what it
 * has when an answer ends, so that an answer goes in one packet. HAProxy's table (its management guide, 9.1) comes in the place
 * of its line, with the columns that are read; nothing comes of a table that does not arrive whole, or of a HAProxy
 * that is silent for 2 s. Each question is a connection of its own, which a reload cannot leave with the former process.
 */
const PROGRAM = `
use strict;
use Socket;
my ($header, $out, $last, @kept) = ("", "");
sub asked {
    my ($socket, $got, $text) = (undef, undef, "");
    local $SIG{PIPE} = "IGNORE";
    socket($socket, AF_UNIX, SOCK_STREAM, 0) or return "";
    setsockopt($socket, SOL_SOCKET, $_, pack("l!l!", 2, 0)) for SO_RCVTIMEO, SO_SNDTIMEO;
    connect($socket, pack_sockaddr_un("${SOCKET}")) && syswrite($socket, "show stat\\n") or return "";
    1 while $got = sysread($socket, $text, 65536, length $text);
    return defined $got && $text =~ /^# pxname,.*\\n\\n\\z/s ? $text : "";
}
sub table {
    my ($head, @rows) = split /\\n/, substr(asked(), 2) or return "";
    if ($head ne $header) {
        my ($at, %at) = 0;
        $at{$_} = $at++ for split /,/, $head;
        @kept = grep defined, @at{qw(${READ.join(' ')})};
        ($last) = sort { $b <=> $a } @kept;
        $header = $head;
    }
    return "# " . join("\\n", map(join(",", (split /,/, $_, $last + 2)[@kept]), $head, @rows), "", "");
}
$| = 1;
while (my $line = <STDIN>) {
    $out .= $line eq "${HERE}\\n" ? table() : $line;
    if ($line =~ /^answered \\d+$/) {
        print $out;
        $out = "";
    }
}
`;

/** POSIX sh. Runs `command`, a shell function, behind the filter; as it is on a node without Perl. */
export const filtered = (command: string): string =>
  `
if perl -MSocket -e 1 2>/dev/null; then
    ask_haproxy='echo ${HERE}'
    ${command} | LC_ALL=C perl -e '${PROGRAM}'
else ${command}
fi
`.trim();
