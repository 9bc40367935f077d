"""Reads a recorded form back into members by the model's own names, and checks what they are."""
import re
from base64 import b64decode
from urllib.parse import parse_qsl

from botocore.serialize import create_serializer
from botocore.validate import ParamValidator

from allowed import NEWER

INTEGER = re.compile(r'-?\d+$')
TIME = re.compile(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$')


def form_of(text):
    return dict(parse_qsl(text, keep_blank_values=True))


def tree_of(form):
    root = {}
    for key, value in form.items():
        if key in ('Action', 'Version'):
            continue
        branch = root
        for part in key.split('.'):
            branch = branch.setdefault(part, {})
        branch[''] = value
    return root


class Reader:
    """Collects what is wrong; `path` names the member as a user of the SDK knows it."""

    def __init__(self, action, is_ec2):
        self.action, self.is_ec2, self.wrong = action, is_ec2, []

    def complain(self, path, what):
        if unlisted(path) not in NEWER.get(self.action, {}):
            self.wrong.append('question: %s: %s' % (path, what))

    def key(self, name, shape):
        serialization = shape.serialization
        if 'queryName' in serialization:
            return serialization['queryName']
        if 'name' in serialization:
            written = serialization['name']
            return written[0].upper() + written[1:] if self.is_ec2 else written
        return name

    def read(self, shape, branch, path):
        reader = getattr(self, 'read_' + shape.type_name, self.read_text)
        return reader(shape, branch, path)

    def read_structure(self, shape, branch, path):
        left, result = dict(branch), {}
        if left.pop('', ''):
            self.complain(path, 'is a structure, and was sent as a text')
        for name, member in shape.members.items():
            key = self.key(name, member)
            if key in left:
                result[name] = self.read(member, left.pop(key), join(path, name))
        for key in left:
            self.complain(join(path, key), 'the model knows no such member')
        for name in shape.required_members:
            if name not in result:
                self.complain(join(path, name), 'is required, and was not sent')
        return result

    def read_list(self, shape, branch, path):
        items = branch if self.is_ec2 or shape.serialization.get('flattened') else branch.get('member', {})
        numbers = sorted(int(key) for key in items if INTEGER.match(key))
        if len(numbers) != len(items) or numbers != list(range(1, len(items) + 1)):
            self.complain(path, 'is a list, numbered from 1: %s' % sorted(items))
        return [self.read(shape.member, items[str(number)], '%s.%d' % (path, number)) for number in numbers]

    def text(self, branch, path):
        if set(branch) != {''}:
            self.complain(path, 'is no structure, and was sent as one: %s' % sorted(branch))
        return branch.get('', '')

    def read_boolean(self, _shape, branch, path):
        text = self.text(branch, path)
        if text not in ('true', 'false'):
            self.complain(path, 'is a boolean, not "%s"' % text)
        return text == 'true'

    def read_integer(self, _shape, branch, path):
        text = self.text(branch, path)
        if not INTEGER.match(text):
            self.complain(path, 'is an integer, not "%s"' % text)
            return 0
        return int(text)

    read_long = read_integer

    def read_double(self, _shape, branch, path):
        text = self.text(branch, path)
        try:
            return float(text)
        except ValueError:
            self.complain(path, 'is a number, not "%s"' % text)
            return 0.0

    read_float = read_double

    def read_timestamp(self, _shape, branch, path):
        text = self.text(branch, path)
        if not TIME.match(text):
            self.complain(path, 'is a time in ISO 8601, not "%s"' % text)
        return text

    def read_blob(self, shape, branch, path):
        text = self.text(branch, path)
        try:
            return b64decode(text, validate=True)
        except ValueError:
            self.complain(path, 'is a blob in base64')
            return b''

    def read_text(self, shape, branch, path):
        text = self.text(branch, path)
        self.check_text(shape, text, path)
        return text

    def check_text(self, shape, text, path):
        about = shape.metadata
        if about.get('enum') and text not in about['enum'] and unlisted(join(path, text)) not in NEWER.get(self.action, {}):
            self.complain(path, 'the model\'s enum has no "%s"' % text)
        if len(text) < about.get('min', 0) or len(text) > about.get('max', len(text)):
            self.complain(path, 'has %d characters; %s to %s are allowed' % (
                len(text), about.get('min', 0), about.get('max', 'any')))
        if about.get('pattern') and not re.match('(?:%s)$' % about['pattern'], text):
            self.complain(path, '"%s" is not of the pattern %s' % (text, about['pattern']))


def join(path, name):
    return '%s.%s' % (path, name) if path else name


def unlisted(path):
    return re.sub(r'\.\d+', '', path)


def written_again(model, operation, members):
    """The form that botocore itself would have sent for these members."""
    serializer = create_serializer(model.metadata['protocol'], include_validation=False)
    body = serializer.serialize_to_request(members, operation)['body']
    return {key: value if isinstance(value, str) else str(value) for key, value in body.items()}


def check(model, operation, form):
    """Everything that is wrong with one form."""
    reader = Reader(operation.name, model.metadata['protocol'] == 'ec2')
    if form.get('Version') != model.api_version:
        reader.complain('Version', 'is "%s", and the model is of %s' % (form.get('Version'), model.api_version))
    if operation.input_shape is None:
        return reader.wrong
    members = reader.read(operation.input_shape, tree_of(form), '')
    if reader.wrong:
        return reader.wrong
    report = ParamValidator().validate(members, operation.input_shape)
    if report.has_errors():
        return ['question: ' + line for line in report.generate_report().split('\n')]
    again = written_again(model, operation, members)
    differs = sorted(key for key in {**form, **again} if form.get(key) != again.get(key))
    known = NEWER.get(operation.name, {})
    return ['question: %s: botocore would have sent %r, not %r' % (key, again.get(key), form.get(key))
            for key in differs if unlisted(key) not in known]
