#!/usr/bin/python3
"""Checks recorded exchanges with EC2 and STS against AWS's own service model, as Debian's botocore ships it.

Usage: check.py FILE...    (JSON lines, as POOLPARTY_LOCAL_RECORD has the local cloud write them)

Prints one line per thing that is wrong: FILE:LINE: ACTION question|answer: member: what. Ends with 1 where there is one.
"""
import json
import sys

import botocore
import botocore.session

import answers
import questions


def models():
    session = botocore.session.get_session()
    return {name: session.get_service_model(name) for name in ('ec2', 'sts')}


def troubles(model, exchange):
    """What is wrong with one exchange, and the action it belongs to."""
    form = questions.form_of(exchange['request'])
    name = form.get('Action', '')
    if name not in model.operation_names:
        return name or '(no action)', ['question: Action: botocore knows no such operation']
    operation = model.operation_model(name)
    # A question that was refused as none of EC2's is judged by its refusal.
    asked = [] if refused_as_unknown(exchange) else questions.check(model, operation, form)
    return name, asked + answers.check(model, operation, exchange)


def refused_as_unknown(exchange):
    codes = ('UnknownParameter', 'MissingParameter', 'InvalidParameterValue', 'MissingAction')
    return any('<Code>%s</Code>' % code in exchange['answer'] for code in codes)


def check(path, services, seen):
    found = []
    with open(path, encoding='utf-8') as lines:
        for number, line in enumerate(lines, 1):
            exchange = json.loads(line)
            # Whoever only looks whether somebody is there, as the doctor does, asks nothing.
            if exchange['request'] == '':
                continue
            action, wrong = troubles(services[exchange['service']], exchange)
            seen[action] = seen.get(action, 0) + 1
            found += ['%s:%d: %s %s' % (path, number, action, one) for one in wrong]
    return found


def main(paths):
    if not paths:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    services, seen, found = models(), {}, []
    for path in paths:
        found += check(path, services, seen)
    for line in found:
        print(line)
    print('botocore %s: %d exchanges of %d actions, %d wrong' % (
        botocore.__version__, sum(seen.values()), len(seen), len(found)))
    print('actions: ' + ' '.join(sorted(seen)))
    return 1 if found or not seen else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
