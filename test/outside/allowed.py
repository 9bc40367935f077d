"""Members and values that AWS has, and Debian 12's botocore (1.29, January 2023) does not know yet.

Action -> member as the SDK names it, or the element where the model has no name for it (list numbers left out; an
enum's value stands as MEMBER.VALUE) -> when it was let in here, and why.
"""

ARN = '2026-11-25: EC2 gives it since December 2024, and Terraform reads it'
IDS = '2026-11-25: EC2 says since 2024 what it deleted, and so does the SDK that we answer by'

NEWER = {
    'CreateSecurityGroup': {'securityGroupArn': ARN},
    'DescribeSecurityGroups': {'SecurityGroups.securityGroupArn': ARN},
    'DeleteKeyPair': {'keyPairId': IDS},
    'DeleteSecurityGroup': {'groupId': IDS},
}
