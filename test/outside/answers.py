"""Reads a recorded answer twice: by botocore's own parser, and element by element against the model."""
import base64
import logging
import re
import warnings
import xml.etree.ElementTree as XML

from botocore.parsers import create_parser

from allowed import NEWER

logging.getLogger('botocore').setLevel(logging.WARNING)


class Heard(logging.Handler):
    """What botocore has to say while it parses."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


def parsed(model, operation, exchange):
    """botocore's result, and every warning on the way."""
    heard = Heard()
    log = logging.getLogger('botocore')
    log.addHandler(heard)
    response = {'status_code': exchange['status'], 'headers': {}, 'body': exchange['answer'].encode()}
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter('always')
            result = create_parser(model.metadata['protocol']).parse(response, operation.output_shape)
        return result, heard.lines + [str(one.message) for one in warned]
    except Exception as error:  # whatever the parser throws is what we are here for
        return {}, ['%s: %s' % (type(error).__name__, error)]
    finally:
        log.removeHandler(heard)


def plain(tag):
    return tag.split('}')[-1]


class Walker:
    """Compares elements with the members that the model has for them."""

    def __init__(self, action):
        self.action, self.wrong = action, []

    def complain(self, path, what):
        if path not in NEWER.get(self.action, {}):
            self.wrong.append('answer: %s: %s' % (path, what))

    def walk(self, shape, element, path):
        if shape.type_name == 'structure':
            self.structure(shape, list(element), path)
        elif shape.type_name == 'list':
            self.list(shape, element, path)
        else:
            self.simple(shape, element, path)

    def structure(self, shape, children, path):
        named = {member.serialization.get('name', name): (name, member) for name, member in shape.members.items()}
        seen = set()
        for child in children:
            tag = plain(child.tag)
            if tag not in named:
                self.complain(join(path, tag), 'the model has no member for this element')
                continue
            name, member = named[tag]
            if tag in seen and not member.serialization.get('flattened'):
                self.complain(join(path, name), 'stands twice')
            seen.add(tag)
            self.walk(member, child, join(path, name))
        for name in shape.required_members:
            if shape.members[name].serialization.get('name', name) not in seen:
                self.complain(join(path, name), 'is required, and was not given')

    def list(self, shape, element, path):
        if shape.serialization.get('flattened'):
            self.walk(shape.member, element, path)
            return
        wanted = shape.member.serialization.get('name', 'member')
        for child in element:
            if plain(child.tag) != wanted:
                self.complain(join(path, plain(child.tag)), 'a list of <%s> has no such element' % wanted)
            self.walk(shape.member, child, path)

    def simple(self, shape, element, path):
        text = element.text or ''
        if len(element):
            self.complain(path, 'is no structure, and was given as one')
        elif not fits(shape, text):
            self.complain(path, '"%s" is no %s' % (text, shape.type_name))
        enum = shape.metadata.get('enum')
        if enum and text not in enum and join(path, text) not in NEWER.get(self.action, {}):
            self.complain(path, 'the model\'s enum has no "%s"' % text)


def join(path, name):
    return '%s.%s' % (path, name) if path else name


TIME = re.compile(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$')
PATTERNS = {
    'integer': re.compile(r'-?\d+$'),
    'long': re.compile(r'-?\d+$'),
    'double': re.compile(r'-?\d+(\.\d+)?$'),
    'float': re.compile(r'-?\d+(\.\d+)?$'),
    'boolean': re.compile(r'(true|false)$'),
    'timestamp': TIME,
}


def fits(shape, text):
    if shape.type_name == 'blob':
        try:
            return base64.b64decode(text, validate=True) is not None
        except ValueError:
            return False
    pattern = PATTERNS.get(shape.type_name)
    return pattern is None or pattern.match(text) is not None


def content(model, operation, root):
    """The elements of the result itself, without the envelope of the protocol."""
    if model.metadata['protocol'] == 'ec2':
        return [child for child in root if plain(child.tag) != 'requestId']
    wrapper = operation.output_shape.serialization.get('resultWrapper')
    inside = [child for child in root if plain(child.tag) == wrapper]
    return list(inside[0]) if inside else []


def check_error(result):
    error, about = result.get('Error', {}), result.get('ResponseMetadata', {})
    missing = [name for name, value in (
        ('Code', error.get('Code')), ('Message', error.get('Message')), ('RequestId', about.get('RequestId'))
    ) if not value]
    return ['answer: %s: an error tells it, and this one does not' % name for name in missing]


def check(model, operation, exchange):
    """Everything that is wrong with one answer."""
    result, warned = parsed(model, operation, exchange)
    wrong = ['answer: botocore: %s' % line for line in warned]
    if exchange['status'] >= 300:
        return wrong + check_error(result)
    root = XML.fromstring(exchange['answer'])
    if plain(root.tag) != operation.name + 'Response':
        wrong.append('answer: %s: is called %sResponse' % (plain(root.tag), operation.name))
    if operation.output_shape is None:
        # An operation without a result may still say <return>true</return>.
        known = {'requestId', 'return', 'ResponseMetadata', *NEWER.get(operation.name, {})}
        return wrong + ['answer: %s: this operation gives nothing' % plain(child.tag) for child in root
                        if plain(child.tag) not in known]
    walker = Walker(operation.name)
    walker.structure(operation.output_shape, content(model, operation, root), '')
    if not result.get('ResponseMetadata', {}).get('RequestId'):
        walker.complain('requestId', 'is in every answer, and not in this one')
    return wrong + walker.wrong
