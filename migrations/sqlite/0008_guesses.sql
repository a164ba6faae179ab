-- Who has shown wrong invitations lately is read from the audit log.
create index audit_wrong_code on audit (plan, actor, id) where act = 'wrong-code';
