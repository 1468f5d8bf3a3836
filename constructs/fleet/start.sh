set -euo pipefail
trap 'code=$?; /opt/aws/bin/cfn-signal --exit-code $code --stack "{{stack}}" --resource "{{resource}}" --region "{{region}}"' EXIT

umask 022
mkdir -p /opt/{{service}}
aws s3 cp --only-show-errors --region "{{region}}" "s3://{{bucket}}/{{object}}" /opt/{{service}}/bootstrap
chmod 0555 /opt/{{service}}/bootstrap

cat > /etc/{{service}}.env <<'{{eof}}'
{{environment}}
{{eof}}
chmod 0600 /etc/{{service}}.env

cat > /etc/systemd/system/{{service}}.service <<'{{eof}}'
[Unit]
After=network-online.target
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
ExecStart=/opt/{{service}}/bootstrap
EnvironmentFile=/etc/{{service}}.env
DynamicUser=yes
Restart=always
RestartSec=1
KillSignal=SIGTERM
TimeoutStopSec={{stop}}
LimitNOFILE=65535
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
StandardOutput=append:/var/log/{{service}}.log
StandardError=inherit

[Install]
WantedBy=multi-user.target
{{eof}}

cat > /etc/logrotate.d/{{service}} <<'{{eof}}'
/var/log/{{service}}.log {
  size 50M
  rotate 2
  copytruncate
  missingok
}
{{eof}}
mkdir -p /etc/systemd/system/logrotate.timer.d
printf '[Timer]\nOnCalendar=\nOnCalendar=*:0/5\nAccuracySec=1s\n' > /etc/systemd/system/logrotate.timer.d/often.conf

dnf install --assumeyes --quiet amazon-cloudwatch-agent logrotate
cat > /etc/{{service}}-log.json <<'{{eof}}'
{"logs":{"logs_collected":{"files":{"collect_list":[
{"file_path":"/var/log/{{service}}.log","log_group_name":"{{log}}","log_stream_name":"{instance_id}"}
]}}}}
{{eof}}
/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl -a fetch-config -m ec2 -s -c file:/etc/{{service}}-log.json

systemctl daemon-reload
systemctl enable --now {{service}}.service
systemctl enable logrotate.timer
systemctl restart logrotate.timer
curl --insecure --silent --show-error --fail --output /dev/null --max-time 5 --retry 60 --retry-delay 2 --retry-all-errors "{{scheme}}://127.0.0.1:{{port}}{{health}}"
