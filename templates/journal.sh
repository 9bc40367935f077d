# The journal of decisions on a node: whoever maintains appends to it here, and pool log and pool explain read it.
# Usage: the function's name after these lines. POOL.jsonl is the latest, POOL.jsonl.1.gz the part before, and so on.
folder=/var/lib/poolparty/journal
run=/run/poolparty
limit=5000000
umask 027

# Appending waits for whoever reads, and the other way round; nobody waits longer than this.
lock() {
    exec 7>>"$folder/lock"
    flock -w 10 "$@" 7 || { echo 'the journal is locked for 10 s'; exit 1; } >&2
}

# The newest five parts are kept. Readers that follow see the file go and another come.
rotate() {
    for part in 4 3 2 1; do [ ! -e "$1.$part.gz" ] || mv -f "$1.$part.gz" "$1.$((part + 1)).gz"; done
    mv -f "$1" "$1.1"
    gzip -f "$1.1"
}

# A record that was cut off, by a full disk say, stays alone on its line.
append() {
    [ ! -s "$1" ] || [ -z "$(tail -c 1 "$1")" ] || echo >>"$1"
    cat >>"$1" || exit 1
    if [ "$(stat -c %s "$1")" -gt $limit ]; then rotate "$1"; fi
}

# keep_journal POOL BYTES: standard input holds a line with the maintainer's last word (empty: there is none for this
# node), then records. Of an input that did not come whole nothing is kept. Says `new` where there was no journal.
keep_journal() {
    mkdir -p "$folder" $run
    chmod 750 "${folder%/*}" "$folder"
    lock
    came=$(mktemp "$folder/new.XXXXXX")
    trap 'rm -f "$came"' EXIT
    head -c "$2" >"$came"
    if [ "$(stat -c %s "$came")" != "$2" ]; then echo 'the records did not arrive whole' >&2; exit 1; fi
    head -n 1 "$came" >$run/verdict.json.new
    if [ "$(stat -c %s $run/verdict.json.new)" -gt 1 ]; then mv -f $run/verdict.json.new $run/verdict.json; fi
    [ -e "$folder/$1.jsonl" ] || echo new
    tail -n +2 "$came" | append "$folder/$1.jsonl"
}

# keep_word: the same for a last word without records, which most ticks are: as cheap as can be.
keep_word() {
    mkdir -p $run
    cat >$run/verdict.json.new && mv -f $run/verdict.json.new $run/verdict.json
}

# tell_journal POOL SINCE: all records, oldest first, without parts that were written for the last time before SINCE, in
# s since 1970. Ends with 44 where there is no journal.
tell_journal() {
    [ -s "$folder/$1.jsonl" ] || [ -e "$folder/$1.jsonl.1.gz" ] || exit 44
    lock -s
    for part in 5 4 3 2 1; do
        file=$folder/$1.jsonl.$part.gz
        if [ -e "$file" ] && [ "$(stat -c %Y "$file")" -ge "$2" ]; then zcat "$file"; fi
    done
    [ ! -e "$folder/$1.jsonl" ] || cat "$folder/$1.jsonl"
}

# follow_journal POOL: what is appended, as it comes, after the last records.
follow_journal() { exec tail -n 100 -F "$folder/$1.jsonl" 2>/dev/null; }

# explain_journal POOL: the age of the last word in s, that word, the last record, and the last one that changed the pool.
explain_journal() {
    if [ -e $run/verdict.json ]; then
        echo "age $(($(date +%s) - $(stat -c %Y $run/verdict.json)))"
        echo "word $(cat $run/verdict.json)"
    fi
    file=$folder/$1.jsonl
    [ -e "$file" ] || [ -e "$file.1.gz" ] || exit 0
    lock -s
    records() {
        [ ! -e "$file.1.gz" ] || zcat "$file.1.gz"
        [ ! -e "$file" ] || cat "$file"
    }
    echo "last $(records | tail -n 1)"
    echo "change $(records | grep -v -F '"acts":[]' | tail -n 1)"
}
