"""Serves moto until standard input closes, so that it never outlives what started
it, however that ends; a Ctrl-C is for that alone.

moto copies a table, with its stream, for each write of a transaction, so that
the time of a write grows with all those before it. Here it is copied once for
each transaction, and without the stream's records, which never change. The
server answers one request at a time.

moto gives a multi-Region key an id of 40 characters, of which its ciphertexts
hold 36, and does not replicate a key by its ARN. Here the id has 36, as AWS's
have, and the ARN will do.
moto forgets what a FIFO queue was sent once that is deleted, and takes the ids
of all message groups for ids of one. Here both are as AWS's are: known for five
minutes, and within a group if the queue says so.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html
"""

import copy
import os
import sys
import threading
import types
import uuid

os.setsid()
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()

import moto.dynamodb.models as dynamodb
import moto.kms.models as kms
import moto.sqs.models as sqs
from moto.dynamodb.models.table import StreamRecord, Table
from moto.server import main

StreamRecord.__deepcopy__ = lambda record, memo: record

transact = dynamodb.DynamoDBBackend.transact_write_items


def transact_with_one_copy(backend, items):
    copies = {}

    def deepcopy(value):
        if not isinstance(value, Table):
            return copy.deepcopy(value)
        if id(value) not in copies:
            copies[id(value)] = copy.deepcopy(value)
        return copies[id(value)]

    dynamodb.copy = types.SimpleNamespace(deepcopy=deepcopy)
    try:
        return transact(backend, items)
    finally:
        dynamodb.copy = copy


dynamodb.DynamoDBBackend.transact_write_items = transact_with_one_copy

kms.generate_key_id = lambda multi_region=False: "mrk-" + uuid.uuid4().hex if multi_region else str(uuid.uuid4())
replicate = kms.KmsBackend.replicate_key
kms.KmsBackend.replicate_key = lambda backend, key, region: replicate(backend, backend.get_key_id(key), region)

add_message = sqs.Queue.add_message


def add_message_once(queue, message):
    if not queue.fifo_queue or not message.deduplication_id:
        return add_message(queue, message)
    group = message.group_id if queue.attributes.get("DeduplicationScope") == "messageGroup" else ""
    sent = queue.__dict__.setdefault("sent_lately", {})
    known = sent.get((group, message.deduplication_id))
    if known is not None and message.sent_timestamp - known < 1000 * sqs.DEDUPLICATION_TIME_IN_SECONDS:
        return None
    sent[group, message.deduplication_id] = message.sent_timestamp
    with queue._messages_lock:
        queue._messages.append(message)
        queue._messages_lock.notify_all()


sqs.Queue.add_message = add_message_once

main(sys.argv[1:])
